"""A file taken onto the desk: what it would make of the text, and the act that takes it."""
