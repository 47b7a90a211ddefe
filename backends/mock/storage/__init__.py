"""The files and records of the simulated host."""
