"""Silences of the facilitators: opened, extended, broken, shown, declared; their record."""
