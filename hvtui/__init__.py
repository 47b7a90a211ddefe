"""hvtui: Hyper-V checkpoints in a terminal.

In the repository `hvtui.backends` and `hvtui.tui` are links to the folders beside this one; a wheel has them in here.
"""
