"""Two states of a text against each other, by lineage and word by word."""
