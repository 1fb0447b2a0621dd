"""What a meeting is about, and which meeting runs now."""
