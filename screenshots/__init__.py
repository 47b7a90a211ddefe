"""The pictures of the README, drawn by the code they show."""
