"""Letters on the record: written, addressed, sent once, and what a note tells each delegation."""
