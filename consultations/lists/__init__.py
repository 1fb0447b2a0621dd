"""Lists that the secretariat pastes or uploads: read, and checked row by row."""
