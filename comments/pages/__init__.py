"""The pages of this room: each view checks access, calls an act or a reader, and renders it."""
