"""Lists that the secretariat pastes or uploads: read, matched, shown, and then done."""
