"""The front page of a consultation: what is due, what is new, what is yours to do."""
