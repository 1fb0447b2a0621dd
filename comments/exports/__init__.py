"""Papers as files: a value in, a file out; one module a format."""
