"""This room over the API, on the same actions as its pages."""
