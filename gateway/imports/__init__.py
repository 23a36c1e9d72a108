"""Files that operators import, read row by row."""
