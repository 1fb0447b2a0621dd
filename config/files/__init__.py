"""Where generated files are stored: in a folder, or in a bucket of S3."""
