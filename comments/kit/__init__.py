"""The file that goes to the capital and comes back."""
