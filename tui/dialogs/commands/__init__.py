"""The dialogs that give a command, one file each, and what they share."""
