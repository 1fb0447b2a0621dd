"""The pages of the frame, and the decorators of every page in a consultation."""
