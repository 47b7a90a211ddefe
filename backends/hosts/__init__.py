"""The hosts that hvtui can connect to: their settings, their passwords, and their sessions."""
