"""The writes of the frame: seats, rounds, meetings, posts, keys."""
