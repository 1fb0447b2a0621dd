"""The writes on consultations: seats, rounds, meetings, posts, keys."""
