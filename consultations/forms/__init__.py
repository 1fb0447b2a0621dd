"""What people fill in about the frame: rounds, meetings, people, keys."""
