"""What a delegation drafts among its own: words, notes, clearance, new versions."""
