"""Working rooms on their pages and in the API."""
