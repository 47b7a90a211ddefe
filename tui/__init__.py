"""The front ends: the screens and the command line."""
