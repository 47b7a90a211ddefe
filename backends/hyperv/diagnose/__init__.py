"""What `hvtui diagnose` checks on the way to a Hyper-V host and on the host."""
