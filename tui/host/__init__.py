"""One host on screen."""
