"""The forms of a consultation: rounds, meetings, people, keys."""
