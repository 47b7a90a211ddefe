"""What you see, each in a file of its name."""
