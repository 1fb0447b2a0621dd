"""The digest before a meeting: gathered, edited, mailed."""
