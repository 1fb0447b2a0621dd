"""Freezing a revision and sending it out, with the checksum that seals it."""
