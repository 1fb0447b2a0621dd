"""Pictures where one looks rather than reads: plain SVG from the server, no script."""
