"""The widgets, one file each, and their base classes."""
