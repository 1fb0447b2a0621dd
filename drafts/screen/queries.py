"""What the screen of a meeting shows, and its mark.

The mark changes whenever what is shown changes; it is sent to the pages that follow the screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils import timezone

from consultations.rules.access import Access
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.meetings.models import TYPED_WORDS_EXPIRE_AFTER
from drafts.models import Draft, Paragraph, Screen, StateAct, TypedWords, Wording
from drafts.text.citing import names_on_desk
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class ScreenContent:
    """A paragraph as it is on the desk, and its changes since it was last circulated."""

    screen: Screen
    paragraph: Paragraph
    paragraph_name: str
    state_act: StateAct | None
    # Words typed into it at the desk and not saved yet; None where nobody types.
    typed_text: str | None
    # None where these words are the circulated ones, or none were circulated.
    redline: Redline | None

    @property
    def text(self) -> str:
        return self.paragraph.text if self.typed_text is None else self.typed_text

    @property
    def draft(self) -> Draft:
        return self.paragraph.draft


def screen_content(access: Access, screen: Screen) -> ScreenContent | None:
    """What everybody in the room sees, whoever asks: the same words, the same state. Five queries.

    Takes a screen that the reader may see (`Screen.objects.visible_to`). While it is on, the words
    and the state of its paragraph may be read; no other row of the desk. None where it is off, or
    shows no paragraph.
    """
    if screen.ended_at or screen.paragraph_id is None:
        return None
    paragraph = Paragraph.objects.select_related("draft").get(pk=screen.paragraph_id)
    circulated_wordings = Wording.objects.visible_to(access).filter(paragraph=paragraph)
    last_wording = circulated_wordings.order_by("-revision__circulated_at", "-pk").first()
    typed_texts = (
        TypedWords.objects.visible_to(access).filter(screen=screen).values_list("text", flat=True)
    )
    typed_text = typed_texts.first()
    circulated_text = last_wording.text if last_wording else paragraph.text
    shown_text = paragraph.text if typed_text is None else typed_text
    return ScreenContent(
        screen=screen,
        paragraph=paragraph,
        # One that was deleted meanwhile has none.
        paragraph_name=names_on_desk([paragraph.draft_id]).get(paragraph.pk, ""),
        state_act=StateAct.objects.filter(paragraph=paragraph).select_related("meeting").last(),
        typed_text=typed_text,
        redline=redline(circulated_text, shown_text) if circulated_text != shown_text else None,
    )


def screen_marks() -> dict[UUID, str]:
    """The mark of each screen that is on, by public id of its meeting: one query for all followers.

    A mark is made of numbers alone. It changes when the screen shows another paragraph, or when
    the words of the paragraph, its last circulated wording or its state change. The last two
    numbers are the id and the `turn` of the words that are typed into it now.
    """
    return {
        meeting_public_id: _mark_of(mark_numbers)
        for meeting_public_id, *mark_numbers in ALL_MARKS_STATEMENT.run(moment=_expiry_moment())
    }


def screen_mark(meeting_id: int) -> str:
    """The mark of the screen of one meeting; empty where none is on."""
    mark_rows = ONE_MARK_STATEMENT.run(moment=_expiry_moment(), meeting=meeting_id)
    if not mark_rows:
        return ""
    _meeting_public_id, *mark_numbers = mark_rows[0]
    return _mark_of(mark_numbers)


def _mark_rows() -> QuerySet[Screen, tuple[Any, ...]]:
    """For each screen that is on the public id of its meeting, and the numbers of its mark."""
    is_being_typed = Q(
        typed__seen_at__gt=ValuePlaceholder("moment", DateTimeField()),
        typed__paragraph=F("paragraph"),
        typed__on_version=F("paragraph__version"),
    )
    screens_on = Screen.objects.switched_on().annotate(
        state_act_id=_latest_id(StateAct),
        circulated_wording_id=_latest_id(Wording),
        typed_words_id=Case(When(is_being_typed, then=F("typed__pk"))),
        typed_words_turn=Case(When(is_being_typed, then=F("typed__turn"))),
    )
    return screens_on.values_list(
        "meeting__public_id",
        "version",
        "paragraph__version",
        "state_act_id",
        "circulated_wording_id",
        "typed_words_id",
        "typed_words_turn",
    )


def _latest_id(model: type[StateAct] | type[Wording]) -> Subquery:
    """The id of the newest row of a model on the paragraph of a screen."""
    newest_first = model._default_manager.filter(paragraph=OuterRef("paragraph")).order_by("-pk")
    return Subquery(newest_first.values("pk")[:1])


def _expiry_moment() -> datetime:
    """Words of somebody who sent no sign since this moment are no longer shown."""
    return timezone.now() - TYPED_WORDS_EXPIRE_AFTER


def _mark_of(mark_numbers: Iterable[int | None]) -> str:
    """The mark made of these numbers; None, for a row that is not there, counts as 0."""
    return ".".join(str(number or 0) for number in mark_numbers)


# Asked four times a second, and by each follower at each change: prepared once.
ALL_MARKS_STATEMENT = KeptStatement(_mark_rows)
ONE_MARK_STATEMENT = KeptStatement(
    lambda: _mark_rows().filter(meeting=ValuePlaceholder("meeting", BigIntegerField()))
)
