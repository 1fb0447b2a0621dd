"""Who may do what, and when: the table, its guards, and how a person comes in."""
