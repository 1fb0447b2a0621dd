"""Whole numbers, as forms and addresses send them."""

# A number of thousands of digits is an error in Python; no number of ours has more than nine.
MAX_DIGITS = 9


def sent_number(text: str | None) -> int | None:
    """The number that `text` is: digits alone, at most nine; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= MAX_DIGITS else None
