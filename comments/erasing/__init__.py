"""A person erased everywhere; what is kept only for a time."""
