"""Tags and filters of the shared templates."""
