"""Chooses VMs by the words of a text: ``older:30d -state:off web``."""
