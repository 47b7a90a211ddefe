"""Everything except the front ends: the model, the contract of backends, the backends, and the rules."""
