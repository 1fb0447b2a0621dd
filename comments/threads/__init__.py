"""What was said on a text, read in a fixed number of queries: threads, cards, histories."""
