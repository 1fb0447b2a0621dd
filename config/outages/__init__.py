"""While a server is away: who notices, what goes on without it, one line in the log."""
