"""The compiled table: one authorised value from which the page and every paper are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# Pieces of a difference: ("=", kept words), ("-", words taken out), ("+", words put in).
Redline = tuple[tuple[str, str], ...]
Copy = Literal["circulation", "facilitators"]
Layout = Literal["grid", "blocks"]


@dataclass(frozen=True, slots=True)
class Row:
    """One input as it stood at the cut-off; every word is as received or already translated."""

    number: str  # "PRT-7", permanent
    draft: str  # title of the text: the Plan, the draft resolution
    revision: str  # stage the input was made on: "First draft"
    label_then: str
    label_now: str  # "" when the paragraph was struck
    text: str  # the wording the input was made on
    opening: str  # its opening words, set in italics: "Recalling"
    delegation: str  # the name under which it sat
    on_behalf_of: str  # who filed for a group, in words: "filed by Cabo Verde"
    members: tuple[str, ...]
    aligned: tuple[str, ...]  # a reservation is said in words
    kind: str  # display words
    type: str  # display words
    language: str  # BCP 47 tag of the input's words
    redline: Redline  # the proposed wording against the text; () for a plain comment
    proposed: str
    rationale: str
    replies: tuple[str, ...]
    status: str  # "", "late", "withdrawn 5 May 2010"
    observation: str  # empty in the circulation copy
    disposition: str  # empty in the circulation copy
    text_language: str = ""  # BCP 47 tag of the text; "" when it is the table's own


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table as at its cut-off."""

    title: str  # "Table of Inputs on First and Second Drafts"
    consultation: str
    texts: tuple[str, ...]
    revisions: tuple[str, ...]  # each with its date and short checksum
    cut_off: datetime  # aware; printed in New York time
    handling: str  # "Facilitators' copy – not for circulation"
    copy: Copy
    layout: Layout
    language: str  # of the printed frame, one of settings.LANGUAGES
    count: int  # how many rows there are
    rows: Iterable[Row]  # may be read more than once, a batch at a time
