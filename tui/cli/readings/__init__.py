"""Readings of one host, or of several, for the command line."""
