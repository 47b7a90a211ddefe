"""The dialogs on the way to a host, one file each."""
