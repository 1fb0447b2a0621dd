"""What a name says beside the words that tell its paragraph from another of the same label."""

import re


def plain_name(name: str) -> str:
    """The label alone: "20(a)" of "20 (“Action 1 …”) (a)", "1" of "1 #2"."""
    return re.sub(r" \(“[^”]*”\) ?| #\d+$", "", name)
