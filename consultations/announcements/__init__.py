"""A few words on the front page of a consultation, for a time."""
