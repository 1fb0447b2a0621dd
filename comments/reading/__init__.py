"""The reading page: a circulated text with its threads, and the card that writes an input."""
