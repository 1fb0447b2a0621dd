"""The digest before each meeting: when it is due, for whom, what it says."""
