"""A consultation from its beginning to its closing: founded, set up, closed.

Its tables are those that all subjects stand on: consultation, functions, seats, rounds, meetings.
"""
