"""What answers an input: replies, alignments, reviews, acknowledgements; or that it is closed."""
