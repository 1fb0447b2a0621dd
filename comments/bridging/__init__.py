"""Bridging words: written, asked about, answered, closed, set into the text."""
