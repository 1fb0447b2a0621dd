"""Whether a checksum is genuine, and how a copy differs from the circulated text."""
