"""Compares the chains of disk files with checkpoints and volumes. Pure functions over what was read."""
