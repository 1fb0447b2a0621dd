"""The verbs of the room on the command line."""
