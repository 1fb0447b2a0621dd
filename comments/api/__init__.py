"""Inputs, answers, rooms, letters, minutes and papers over the API, by the acts of their pages.

The docstrings of serializers and views, and `help_text`, are published in the schema.
"""
