"""Words alone: differences, changes taken in part, brackets, search. No database."""
