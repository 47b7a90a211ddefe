"""What a shell may complete, and a script for each shell that asks for it."""
