"""What answers an input: replies, alignments, reviews, acknowledgements, closing without an answer."""
