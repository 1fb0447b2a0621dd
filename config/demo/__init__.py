"""The demonstration: its invented people and rows, its pages, its mailbox; and rows in bulk."""
