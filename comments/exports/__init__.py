"""The papers: a compiled table in, a file out; one module a format."""
