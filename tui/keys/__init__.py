"""The keys: what each does, where it works, and how it is called."""
