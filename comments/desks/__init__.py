"""What lies before whoever works on inputs: the workspace, the facilitators' queue, group rooms."""
