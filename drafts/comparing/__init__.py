"""What became of each paragraph between two states, by lineage, and which words changed."""
