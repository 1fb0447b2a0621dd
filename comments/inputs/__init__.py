"""Inputs: the comment itself, its content, place and citation.

Also who may read one, and until when one is taken.
"""
