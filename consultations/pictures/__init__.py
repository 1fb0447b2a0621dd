"""Pictures for pages: plain SVG and tables made on the server, no script."""
