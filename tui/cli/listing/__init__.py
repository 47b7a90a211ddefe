"""What `hvtui list` reads and prints."""
