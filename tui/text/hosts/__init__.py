"""The sentences about hosts that hvtui connects to."""
