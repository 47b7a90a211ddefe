"""Which hosts there are, how one is reached, and where its password comes from."""
