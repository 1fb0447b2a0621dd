"""Inputs: the comment itself, its content, place and citation, and who may read it from when."""
