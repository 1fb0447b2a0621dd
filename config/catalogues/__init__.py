"""The catalogues of translations: sentences found, catalogues brought up to date and built."""
