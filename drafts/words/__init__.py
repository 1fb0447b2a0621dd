"""Functions on words alone, without the database: differences, merges, gathering, search."""
