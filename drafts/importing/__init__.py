"""A file into the working text: read, previewed row by row, corrected, written in one step."""
