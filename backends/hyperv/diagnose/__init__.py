"""The checks of `hvtui diagnose`: of the connection to a Hyper-V host, and of the host itself."""
