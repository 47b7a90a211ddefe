"""The dialogs, one file each, and what they share."""
