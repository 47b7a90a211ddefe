"""The rules of what may be done to a VM, and how it is done safely. No front end, no concrete backend."""
