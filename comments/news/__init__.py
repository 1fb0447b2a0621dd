"""What became readable, what of it a reader has not seen, and what they watch."""
