"""The screen of a meeting: which paragraph all in the room look at, and what is typed there."""
