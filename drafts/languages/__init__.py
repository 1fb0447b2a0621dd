"""A circulated text in other languages: what stands in each, and the write."""
