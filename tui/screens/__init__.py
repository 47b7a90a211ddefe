"""The screens, one file each, and what they share."""
