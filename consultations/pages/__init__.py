"""The pages of the frame, and how every page comes into a consultation."""
