"""What a person can set for the screen: keys, colours, columns, refresh. It comes from the config file, the environment and flags."""
