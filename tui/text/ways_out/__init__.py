"""The sentences about ways out: a saved state, a checkpoint that a backup left, a VM that does not finish stopping."""
