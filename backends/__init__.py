"""Everything of hvtui that is not a screen: the model, the contract, and the backends that keep it."""
