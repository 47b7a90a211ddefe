"""The subcommands that change a VM, a file each."""
