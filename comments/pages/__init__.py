"""The pages of this app: each view checks access, calls an act or a reader, and renders it."""
