"""Imports of a file to the desk: the preview of its changes, and the act that writes them."""
