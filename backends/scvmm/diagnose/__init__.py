"""The checks of `hvtui diagnose` on a VMM server, after those of the connection."""
