"""What depends on the terminal: colours and glyphs, the driver, and the fallback to ASCII."""
