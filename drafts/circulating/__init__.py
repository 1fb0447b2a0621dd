"""A revision goes out: what it would hold, the act that freezes it, its checksum."""
