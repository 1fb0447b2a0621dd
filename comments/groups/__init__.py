"""The room of a group: its drafts, the silence on them, objections, opting out."""
