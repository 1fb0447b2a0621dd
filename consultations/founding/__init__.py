"""A consultation from its beginning to its closing: founded, set up, closed."""
