"""The kit for the capital: a text with empty cells, out as Word or Excel, and in again."""
