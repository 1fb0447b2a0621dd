"""Following everything with three people: what is new, what one watches, notices, the brief."""
