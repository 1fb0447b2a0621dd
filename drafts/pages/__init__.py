"""The pages of texts: the desk, imports, translations, comparisons and circulated revisions."""
