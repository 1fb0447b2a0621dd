"""Writes papers, such as the table, the rolling text and records, as files of one format each."""
