"""The subcommands that start or stop a VM, one file each."""
