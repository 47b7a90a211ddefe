"""The command palette: what the keys do at the moment, and the VMs and checkpoints to go to."""
