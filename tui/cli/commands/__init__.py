"""The subcommands that change a VM, one file each, and what they share."""
