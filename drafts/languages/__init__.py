"""A circulated text in other languages: what is translated, and the act that writes it."""
