"""Kits: the Word or Excel file that a delegation downloads, fills in at home, and uploads again."""
