"""What those who work on inputs see: the workspace, the facilitators' queue, group rooms."""
