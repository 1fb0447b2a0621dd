"""Rounds and meetings: set, extended, moved, cancelled; who would sit in two at once."""
