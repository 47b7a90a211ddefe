"""Several hosts that are shown together."""
