"""The screen of a meeting as the room sees it, and as the facilitators lead it."""
