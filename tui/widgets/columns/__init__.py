"""The columns beside the names of VMs and of checkpoints: which there are, and which fit."""
