"""A delegation's own list of drafts and inputs, and what it does with each; the API of inputs."""
