"""The sentences about merges and space."""
