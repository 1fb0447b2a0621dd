"""Parsers of files: each proposes a list of paragraphs and writes nothing to the database."""
