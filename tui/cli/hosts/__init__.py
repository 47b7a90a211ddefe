"""The subcommands that change nothing on a host, one file each."""
