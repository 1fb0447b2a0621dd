"""What a paper holds, and the making of those that take long."""
