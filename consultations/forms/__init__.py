"""The forms of the frame: rounds, meetings, people, keys."""
