"""The pages of this room: each view enters, asks one thing, and shows it."""
