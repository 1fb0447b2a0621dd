"""Wall-clock times of a zone, and working hours before a deadline."""
