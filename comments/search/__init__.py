"""Words found in texts and inputs, by what the reader may see."""
