"""Everything that hvtui says to a person, and how outside text is made safe to draw."""
