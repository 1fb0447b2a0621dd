"""Circulation: its preview, the acts that freeze a revision, its checksum."""
