"""Reading: a text with all that was said on it, in a fixed number of queries."""
