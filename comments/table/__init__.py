"""The compiled table of inputs, as one authorised value, on the page and in each format."""
