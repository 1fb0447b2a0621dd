"""What was there once, and is not any more: a 404 that says so, and leads on."""

from django.http import Http404


class NoLongerThere(Http404):
    """Raised for whoever may know that it was there; to all others a plain 404 says nothing."""

    def __init__(self, sentence: str, url: str, label: str) -> None:
        """`url` and its `label` lead to the page on which it stood."""
        super().__init__(sentence)
        self.sentence, self.url, self.label = sentence, url, label
