"""A paragraph quoted in short, where a person must find it again."""


def first_words(text: str, most: int = 60) -> str:
    """The beginning of a paragraph, at most so many characters and a sign where more follows."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
