"""Functions on words alone, without the database: differences, merges, brackets, search."""
