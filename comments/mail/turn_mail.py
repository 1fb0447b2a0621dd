"""The mail to a person whose turn it is: how many rows of each topic and where, no word of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desks.said_lines import said_lines
from comments.desks.workspace import ANSWERED, WorkState, held_by
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Closure, Comment, Mention, Review
from comments.news.citations import in_a_list
from consultations.models import Mail, Topic
from consultations.outbox.choices import wants_none
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access, Act
from drafts.models import Kind

# What a mail names one by one; the page to which it leads has all.
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class TurnMailLine:
    """A draft or input as the mail names it: its number, if it has one, paragraph and text."""

    number: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnPart:
    """What is to do on one topic, and the page where it is done."""

    words: str
    lines: tuple[TurnMailLine, ...]
    more: int
    url: str


def compose_turn(mail: Mail, now: datetime) -> Letter | None:
    """What is still this reader's to do of all that was gathered; None where nothing is."""
    access = access_of(mail)
    if access is None:
        return None
    wanted = [t for t in Topic if t in mail.facts and not wants_none(access, t)]
    parts = [part for topic in wanted if (part := PARTS[topic](access, mail.facts[topic]))]
    return _letter(access, parts) if parts else None


def _letter(access: Access, parts: Sequence[TurnPart]) -> Letter:
    stop = stop_url(access.user, access.capacity.key)
    words = {"role": access.capacity.role_words, "name": access.capacity.name}
    return Letter(
        to=access.user.email,
        subject=" · ".join([*(part.words for part in parts), access.consultation.title]),
        template="comments/mail/turn",
        context={
            "consultation": access.consultation,
            "title": parts[0].words if len(parts) == 1 else _("It is your turn"),
            "parts": parts,
            "why": _("You receive this as %(role)s of %(name)s.") % words,
            "choices_url": f"{settings.BASE_URL}{reverse('mail')}",
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )


# --- The topics -----------------------------------------------------------------------------------


def _to_clear(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _read(_unsent(access, keys).filter(sent_for_clearance_at__isnull=False))
    now = [row for row in rows if access.may(Act.CLEAR_COMMENT, on=row)]
    words = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", len(now))
    waiting = {"state": WorkState.WAITING.value}
    return _part(now, words % {"n": len(now)}, _at(access, "workspace", waiting))


def _given(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _read(_unsent(access, keys).filter(held_by(access)))
    words = ngettext("%(n)d draft was given to you", "%(n)d drafts were given to you", len(rows))
    held = {"author": str(access.user.public_id)}
    return _part(rows, words % {"n": len(rows)}, _at(access, "workspace", held))


def _named(access: Access, keys: Sequence[int]) -> TurnPart | None:
    unseen = Mention.objects.visible_to(access).filter(pk__in=keys, seen_at=None)
    on = list(unseen.values_list("note__comment", flat=True))
    rows = _read(Comment.objects.visible_to(access).filter(pk__in=on))
    words = ngettext("%(n)d note names you", "%(n)d notes name you", len(on)) % {"n": len(on)}
    return _part(rows, words, _at(access, "notes", rows=[row.public_id for row in rows[:1]]))


def _sent_back(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _read(_unsent(access, keys).filter(held_by(access), returned_at__isnull=False))
    words = ngettext(
        "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", len(rows)
    )
    held = {"state": WorkState.RETURNED.value, "author": str(access.user.public_id)}
    return _part(rows, words % {"n": len(rows)}, _at(access, "workspace", held))


def _ready(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _read(_unsent(access, keys).filter(cleared_at__isnull=False))
    now = [row for row in rows if access.may(Act.SUBMIT_COMMENT, on=row)]
    words = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", len(now))
    return _part(now, words % {"n": len(now)}, _at(access, "submit_all"))


def _answered(access: Access, keys: Sequence[int]) -> TurnPart | None:
    reviews = Review.objects.visible_to(access).filter(pk__in=keys)
    rows = _read(Comment.objects.visible_to(access).filter(pk__in=reviews.values("comment")))
    words = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", len(rows))
    return _part(rows, words % {"n": len(rows)}, _at(access, "workspace", {"state": ANSWERED}))


def _closed(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _of_closures(access, Closure.objects.in_force().filter(pk__in=keys))
    words = ngettext(
        "%(n)d input is closed without an answer",
        "%(n)d inputs are closed without an answer",
        len(rows),
    )
    return _part(rows, words % {"n": len(rows)}, _of_inputs(access, rows))


def _reopened(access: Access, keys: Sequence[int]) -> TurnPart | None:
    reopened = Closure.objects.filter(pk__in=keys, reopened_at__isnull=False)
    rows = _of_closures(access, reopened)
    words = ngettext("%(n)d input is open again", "%(n)d inputs are open again", len(rows))
    return _part(rows, words % {"n": len(rows)}, _of_inputs(access, rows))


def _said(access: Access, keys: Sequence[int]) -> TurnPart | None:
    waiting = [one for one in said_lines(access) if one.is_waiting and one.line.pk in keys]
    if not waiting:
        return None
    words = ngettext(
        "%(n)d line of minutes to confirm", "%(n)d lines of minutes to confirm", len(waiting)
    )
    shown = [TurnMailLine("", in_a_list(one.place), one.meeting.title) for one in waiting]
    most = tuple(shown[:MOST_LINES])
    left = len(shown) - len(most)
    return TurnPart(words % {"n": len(waiting)}, most, left, _at(access, "said"))


PARTS: Mapping[str, Callable[[Access, Sequence[int]], TurnPart | None]] = {
    Topic.TO_CLEAR: _to_clear,
    Topic.SENT_BACK: _sent_back,
    Topic.GIVEN: _given,
    Topic.NAMED: _named,
    Topic.READY: _ready,
    Topic.ANSWERED: _answered,
    Topic.CLOSED: _closed,
    Topic.REOPENED: _reopened,
    Topic.SAID: _said,
}


def _unsent(access: Access, keys: Sequence[int]) -> QuerySet[Comment]:
    return Comment.objects.visible_to(access).unsent().filter(pk__in=keys)


def _of_closures(access: Access, closures: QuerySet[Closure]) -> list[Comment]:
    """The inputs of these closures that this reader may read."""
    return _read(Comment.objects.visible_to(access).filter(pk__in=closures.values("comment")))


def _of_inputs(access: Access, rows: Sequence[Comment]) -> str:
    """Where they are read: the one, or all of the delegation's own."""
    if len(rows) == 1:
        return _at(access, "comment", rows=[rows[0].public_id])
    return _at(access, "workspace")


def _read(rows: QuerySet[Comment]) -> list[Comment]:
    """With what a line takes, in the order of the texts: one query."""
    found = rows.select_related(
        "seat", "filed_by", "round", "paragraph__draft", "wording__revision__draft"
    )
    return list(found.order_by("paragraph__draft__place", "wording__place", "pk"))


def _part(rows: Sequence[Comment], words: str, url: str) -> TurnPart | None:
    """What the mail shows of these rows; None where there is none."""
    if not rows:
        return None
    shown = tuple(map(_line, rows[:MOST_LINES]))
    return TurnPart(words, shown, len(rows) - len(shown), url)


def _line(row: Comment) -> TurnMailLine:
    revision = row.wording.revision
    return TurnMailLine(
        number=row.reference,
        label=in_a_list(row.wording.label or str(Kind(row.wording.kind).label)),
        text=f"{revision.draft.title}, {revision.stage}",
    )


def _at(
    access: Access, name: str, query: Mapping[str, str] | None = None, *, rows: Sequence[UUID] = ()
) -> str:
    path = reverse(name, args=[access.consultation.slug, *rows])
    return f"{settings.BASE_URL}{path}{'?' if query else ''}{urlencode(query or {})}"
