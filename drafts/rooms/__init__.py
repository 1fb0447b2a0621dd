"""The parts of a text that working rooms have, and what each room may change."""
