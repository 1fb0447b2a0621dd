"""The text: on the desk, as circulated, and the work between the two. One file a subject."""

from drafts.models.agenda import AgendaItem
from drafts.models.bracket import (
    Bracket,
    BracketAsker,
    BracketAskerQuerySet,
    BracketLift,
    BracketLiftQuerySet,
    BracketQuerySet,
    CirculatedBracket,
    CirculatedBracketQuerySet,
    LiftKind,
)
from drafts.models.desk import DeskStep, DeskStepQuerySet, Editing, StepKind
from drafts.models.lexemes import (
    WORDS_SPELLED,
    LexemesQuerySet,
    Spelling,
    SpellingQuerySet,
    WordingLexemes,
)
from drafts.models.offered import FileOffer, FileOfferQuerySet
from drafts.models.revision import (
    Descent,
    Nature,
    Revision,
    RevisionQuerySet,
    TranslationQuerySet,
    Wording,
    WordingQuerySet,
    WordingTranslation,
)
from drafts.models.room_part import RoomPart, RoomPartQuerySet
from drafts.models.screen import Screen, ScreenQuerySet, TypedWords
from drafts.models.state_acts import AGREED_STATES, NegotiationState, StateAct, StateActQuerySet
from drafts.models.text import (
    MAX_PARAGRAPH_LENGTH,
    SECTION_KINDS,
    AnnexNumbering,
    Draft,
    DraftQuerySet,
    Numbering,
    Paragraph,
    ParagraphKind,
    ParagraphQuerySet,
    SubparagraphLabels,
)

__all__ = [
    "AGREED_STATES",
    "MAX_PARAGRAPH_LENGTH",
    "SECTION_KINDS",
    "WORDS_SPELLED",
    "AgendaItem",
    "AnnexNumbering",
    "Bracket",
    "BracketAsker",
    "BracketAskerQuerySet",
    "BracketLift",
    "BracketLiftQuerySet",
    "BracketQuerySet",
    "CirculatedBracket",
    "CirculatedBracketQuerySet",
    "Descent",
    "DeskStep",
    "DeskStepQuerySet",
    "Draft",
    "DraftQuerySet",
    "Editing",
    "FileOffer",
    "FileOfferQuerySet",
    "LexemesQuerySet",
    "LiftKind",
    "Nature",
    "NegotiationState",
    "Numbering",
    "Paragraph",
    "ParagraphKind",
    "ParagraphQuerySet",
    "Revision",
    "RevisionQuerySet",
    "RoomPart",
    "RoomPartQuerySet",
    "Screen",
    "ScreenQuerySet",
    "Spelling",
    "SpellingQuerySet",
    "StateAct",
    "StateActQuerySet",
    "StepKind",
    "SubparagraphLabels",
    "TranslationQuerySet",
    "TypedWords",
    "Wording",
    "WordingLexemes",
    "WordingQuerySet",
    "WordingTranslation",
]
