"""The reading page: a circulated text with its threads, and the card in which an input is written."""
