"""What an operator sees of the running platform: health, metrics, logs, errors. Never words."""
