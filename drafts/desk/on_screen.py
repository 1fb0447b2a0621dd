"""What the screen of a meeting shows, and the mark that changes whenever that changes."""

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
from drafts.labels import name_of
from drafts.models import Draft, Paragraph, Screen, StateAct, TypedWords, Wording
from drafts.models.screen import PASSES_AFTER
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A paragraph as it is on the desk, and its changes since it was last circulated."""

    screen: Screen
    paragraph: Paragraph
    name: str
    state: StateAct | None
    # Words typed into it at the desk and not saved yet; None where nobody types.
    typed: str | None
    # None where these words are the circulated ones, or none were circulated.
    changes: Redline | None

    @property
    def text(self) -> str:
        return self.paragraph.text if self.typed is None else self.typed

    @property
    def draft(self) -> Draft:
        return self.paragraph.draft


def on_screen(access: Access, screen: Screen) -> OnScreen | None:
    """What everybody in the room sees, whoever asks: the same words, the same state. Four queries.

    Takes a screen that the reader may see (`Screen.objects.visible_to`). While it is on, the words
    and the state of its paragraph may be read; no other row of the desk.
    """
    if screen.ended_at or screen.paragraph_id is None:
        return None
    row = Paragraph.objects.select_related("draft").get(pk=screen.paragraph_id)
    wordings = Wording.objects.visible_to(access).filter(paragraph=row)
    circulated = wordings.order_by("-revision__circulated_at", "-pk").first()
    typed = (
        TypedWords.objects.visible_to(access).filter(screen=screen).values_list("text", flat=True)
    )
    text = typed.first()
    before, now = circulated.text if circulated else row.text, row.text if text is None else text
    return OnScreen(
        screen=screen,
        paragraph=row,
        name=name_of(row.label, row.kind, row.text),
        state=StateAct.objects.filter(paragraph=row).select_related("meeting").last(),
        typed=text,
        changes=redline(before, now) if before != now else None,
    )


def screen_marks() -> dict[UUID, str]:
    """The mark of each screen that is on, by its meeting: one query, whoever follows.

    A mark is made of numbers alone. It changes when the screen shows another paragraph, or when
    the words of the paragraph, its last circulated wording or its state change. The last two
    numbers are those of what is typed into it now.
    """
    return {meeting: _mark_of(numbers) for meeting, *numbers in MARKS.run(moment=_passed_moment())}


def screen_mark(meeting: int) -> str:
    """The mark of the screen of one meeting; empty where none is on."""
    rows = MARK.run(moment=_passed_moment(), meeting=meeting)
    return _mark_of(rows[0][1:]) if rows else ""


def _mark_rows() -> QuerySet[Screen, tuple[Any, ...]]:
    is_typed = Q(
        typed__seen_at__gt=ValuePlaceholder("moment", DateTimeField()),
        typed__paragraph=F("paragraph"),
        typed__on_version=F("paragraph__version"),
    )
    rows = Screen.objects.on().annotate(
        state=_latest_key(StateAct),
        circulated=_latest_key(Wording),
        typed_row=Case(When(is_typed, then=F("typed__pk"))),
        typed_turn=Case(When(is_typed, then=F("typed__turn"))),
    )
    return rows.values_list(
        "meeting__public_id",
        "version",
        "paragraph__version",
        "state",
        "circulated",
        "typed_row",
        "typed_turn",
    )


def _latest_key(model: type[StateAct] | type[Wording]) -> Subquery:
    rows = model._default_manager.filter(paragraph=OuterRef("paragraph")).order_by("-pk")
    return Subquery(rows.values("pk")[:1])


def _passed_moment() -> datetime:
    return timezone.now() - PASSES_AFTER


def _mark_of(numbers: Iterable[int | None]) -> str:
    return ".".join(str(number or 0) for number in numbers)


# Asked four times a second, and by each follower at each change: prepared once.
MARKS = KeptStatement(_mark_rows)
MARK = KeptStatement(
    lambda: _mark_rows().filter(meeting=ValuePlaceholder("meeting", BigIntegerField()))
)
