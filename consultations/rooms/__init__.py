"""Working rooms: who sits in which, and who chairs it."""
