"""What the words of a paragraph, and those before it, say of its kind."""

import re
from dataclasses import dataclass
from typing import Final

from drafts.parsing.file_text import Kind
from drafts.parsing.opening import opening_words

_MAX_HEADLINE_LENGTH: Final = 200  # characters
_SENTENCE_ENDS: Final = (".", ",", ";", ":", "?", "!", "。", "，", "；", "：", "？", "،", "؛", "؟")
_COMMAS: Final = (",", "，", "،")
# "Annex" in the six languages, perhaps with its number, and its title after a sign or a line end.
_ANNEX_HEADING: Final = re.compile(
    r"(?:Annexe?|Appendix|Anexo|Приложение|附件|(?:ال)?مرفق)(?:\s*(?:[IVX]+|\d+|[A-Z]))?"
    r"(?:\s*[\n.:\u2013\u2014].*)?",
    re.IGNORECASE,
)


@dataclass
class ReadingState:
    """What was read of a text so far, as far as it decides the kind of the next paragraph."""

    has_preamble: bool = False
    has_numbered: bool = False  # paragraphs of the body, not of the preamble
    is_in_annex: bool = False

    @property
    def kind_of_body(self) -> Kind:
        """The kind of a paragraph here that is no title, heading or preamble."""
        return "annex" if self.is_in_annex else "operative"

    @property
    def is_before_body(self) -> bool:
        """Whether no body and no annex has begun, so that preambular paragraphs may come."""
        return not self.has_numbered and not self.is_in_annex

    def remember(self, kind: Kind, label: str, text: str) -> None:
        """Remember what a paragraph means for the next ones. After "Annex" all is annex."""
        self.is_in_annex = self.is_in_annex or (kind == "heading" and is_annex_heading(text))
        self.has_numbered = self.has_numbered or (kind in ("operative", "annex") and label != "")
        self.has_preamble = self.has_preamble or kind == "preambular"


def is_headline(text: str) -> bool:
    """Whether a text is short and does not end like a sentence."""
    # A Chinese character (after U+2FFF) says about as much as three letters.
    length = len(text) + 2 * sum(character > "\u2fff" for character in text)
    return length <= _MAX_HEADLINE_LENGTH and not ends_sentence(text)


def looks_preambular(text: str, state: ReadingState) -> bool:
    """Whether a text opens like a preambular paragraph, or ends with a comma as these do.

    Once a preamble has begun, a colon at the end is enough, unless an operative verb opens it.
    """
    if ends_with_comma(text) or opening_words(text, "preambular"):
        return True
    is_operative = bool(opening_words(text, "operative"))
    return state.has_preamble and text.endswith((":", "：")) and not is_operative


def is_preambular_sentence(text: str) -> bool:
    """Whether it is worded like a preambular paragraph, whatever it looks like: "Recalling …,"."""
    return ends_with_comma(text) and bool(opening_words(text, "preambular"))


def is_annex_heading(text: str) -> bool:
    """Whether it is “Annex”, “Annex II” and the like, in any of the languages."""
    return bool(_ANNEX_HEADING.fullmatch(text))


def ends_sentence(text: str) -> bool:
    """Whether it ends with a full stop, a comma or the like, as a paragraph may."""
    return text.endswith(_SENTENCE_ENDS)


def ends_with_comma(text: str) -> bool:
    """Whether it ends with a comma, as a preambular paragraph does."""
    return text.endswith(_COMMAS)
