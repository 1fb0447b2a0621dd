"""The database engine, with errors that quote no rows."""
