"""The dialogs that give a command."""
