"""Who may do what, and when: the table of rules, its guards, and how access is given."""
