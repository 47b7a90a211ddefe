"""Which hosts there are, how to connect to one, and where its password comes from."""
