"""The help of a command line, and what is wrong with one, as sentences."""
