"""What a paragraph is, told from its words and from what stood before it."""

import re
from dataclasses import dataclass
from typing import Final

from drafts.readers.opening import opening_words
from drafts.readers.proposal import Kind

_LONGEST_HEADING: Final = 200
_SENTENCE_ENDS: Final = (".", ",", ";", ":", "?", "!", "。", "，", "；", "：", "？", "،", "؛", "؟")
_COMMAS: Final = (",", "，", "،")
_ANNEX: Final = re.compile(
    r"(?:Annexe?|Appendix|Anexo|Приложение|附件|(?:ال)?مرفق)(?:\s*(?:[IVX]+|\d+|[A-Z]))?"
    r"(?:\s*[\n.:\u2013\u2014].*)?",
    re.IGNORECASE,
)


@dataclass
class ReadingState:
    """Where the reading of a text stands."""

    is_preambular: bool = False
    is_numbered: bool = False
    is_annex: bool = False

    @property
    def body(self) -> Kind:
        """What a numbered paragraph is here."""
        return "annex" if self.is_annex else "operative"

    @property
    def is_before_body(self) -> bool:
        """Nothing was numbered yet: preambular paragraphs may come."""
        return not self.is_numbered and not self.is_annex

    def go_past(self, kind: Kind, label: str, text: str) -> None:
        """Note what a paragraph means for those that follow. After "Annex" all is annex."""
        self.is_annex = self.is_annex or (kind == "heading" and is_annex_heading(text))
        self.is_numbered = self.is_numbered or (kind in ("operative", "annex") and label != "")
        self.is_preambular = self.is_preambular or kind == "preambular"


def is_headline(text: str) -> bool:
    """Short, and not ended like a sentence."""
    # A Chinese character says about as much as three letters.
    length = len(text) + 2 * sum(character > "\u2fff" for character in text)
    return length <= _LONGEST_HEADING and not ends_sentence(text)


def is_preambular(text: str, place: ReadingState) -> bool:
    """By its opening or its comma; inside a preamble a colon is enough ("Reaffirming: (a)")."""
    if ends_with_comma(text) or opening_words(text, "preambular"):
        return True
    is_operative = bool(opening_words(text, "operative"))
    return place.is_preambular and text.endswith((":", "：")) and not is_operative


def is_annex_heading(text: str) -> bool:
    """“Annex”, “Annex II”, in each of the languages."""
    return bool(_ANNEX.fullmatch(text))


def ends_sentence(text: str) -> bool:
    """With a full stop, a comma or the like: a paragraph may end here."""
    return text.endswith(_SENTENCE_ENDS)


def ends_with_comma(text: str) -> bool:
    """As a preambular paragraph does."""
    return text.endswith(_COMMAS)
