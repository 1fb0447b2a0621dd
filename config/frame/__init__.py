"""What stands around the content of every page: the frame, its sections, theme, error pages."""
