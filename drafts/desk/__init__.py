"""Every write to the working text: edited together, each act a step that can be undone."""
