"""What people fill in about a text and its paragraphs."""
