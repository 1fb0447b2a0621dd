"""The review at a glance: the map of a text and its figures."""
