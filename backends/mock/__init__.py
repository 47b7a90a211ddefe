"""A Hyper-V that is not there: for the demo, the tests and the pictures."""
