"""Keys in requests: of programs, of calendars, and of acts that may be sent twice."""
