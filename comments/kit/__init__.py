"""The kit for the capital: a text with cells to fill in, downloaded and uploaded again."""
