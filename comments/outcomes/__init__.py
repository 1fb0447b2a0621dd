"""What became of the words of an input: now, and in each later revision."""
