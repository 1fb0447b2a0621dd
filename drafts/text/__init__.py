"""The text: paragraphs that keep their identity, revisions that are frozen, labels, citations."""
