"""The operations on a host as they are shown, and the strip that shows the most important ones."""
