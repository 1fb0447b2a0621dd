"""The compiled table: one authorised value for page and papers."""
