"""A simulated Hyper-V host: for the demo, the tests and the pictures."""
