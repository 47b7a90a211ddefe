"""The screenshots in the README, and the code that draws them."""
