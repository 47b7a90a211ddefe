"""The words and sentences for people, and the conversion of outside text to text that is safe to draw."""
