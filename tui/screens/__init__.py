"""One file per screen or dialog, named as you would say it."""
