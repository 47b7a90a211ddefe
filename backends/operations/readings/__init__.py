"""Pure functions and tasks that combine several readings of a host into one inventory."""
