"""Meetings, deadlines and silences as a calendar file."""
