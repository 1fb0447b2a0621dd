"""Papers that take long: made by a task, kept a week for their owner alone."""
