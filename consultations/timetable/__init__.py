"""Rounds and meetings: set, extended, moved, cancelled; who would sit in two at once.

Their tables stand in `founding`; here stands that minutes of a meeting were begun and issued.
"""
