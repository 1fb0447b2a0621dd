"""The pages of people, rounds and meetings, and the decorators of every page."""
