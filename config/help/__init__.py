"""Help inside the platform: chapters in Markdown, a file a language, and their pages."""
