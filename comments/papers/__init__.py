"""What papers of this app share: head, cells, Word documents, rows as CSV."""
