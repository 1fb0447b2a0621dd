"""The pages of the desk and of circulated texts."""
