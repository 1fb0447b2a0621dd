"""What became of the words of an input in the text, and the brief that tells it."""
