"""Filters of the shared components."""
