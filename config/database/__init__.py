"""The database: its engine, whose errors quote no rows, its replicas, and its two roles."""
