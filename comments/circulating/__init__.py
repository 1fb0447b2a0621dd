"""The pages that circulate and adopt a text, and the mail that tells of it."""
