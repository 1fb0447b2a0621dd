"""A circulated text as a file, clean or as a redline, in each format."""
