"""What became of each paragraph between two states of a text, by lineage, and which words changed."""
