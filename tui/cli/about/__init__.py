"""The subcommands about hvtui itself, one file each, and its version."""
