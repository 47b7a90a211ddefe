"""What a person can set for the screen: keys, colours, refresh and more. It comes from the config file, the environment and flags."""
