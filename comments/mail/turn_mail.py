"""The mail to a person whose turn it is: how many rows of each topic, and where, without words."""

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
from comments.news.citations import inline_citation
from consultations.models import Mail, Topic
from consultations.outbox.choices import wants_none
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access, Act
from drafts.models import Kind

# So many rows of a topic are named one by one; the page to which the mail leads has them all.
MAX_LINES = 12


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
    """The mail on what is still this reader's to do, of all that was gathered; None if nothing."""
    access = access_of(mail)
    if access is None:
        return None
    wanted = [t for t in Topic if t in mail.facts and not wants_none(access, t)]
    parts = [part for topic in wanted if (part := PARTS[topic](access, mail.facts[topic]))]
    return _letter(access, parts) if parts else None


def _letter(access: Access, parts: Sequence[TurnPart]) -> Letter:
    stop = stop_url(access.user, access.capacity.key)
    values = {"role": access.capacity.role_words, "name": access.capacity.name}
    return Letter(
        to=access.user.email,
        subject=" · ".join([*(part.words for part in parts), access.consultation.title]),
        template="comments/mail/turn",
        context={
            "consultation": access.consultation,
            "title": parts[0].words if len(parts) == 1 else _("It is your turn"),
            "parts": parts,
            "why": _("You receive this as %(role)s of %(name)s.") % values,
            "choices_url": f"{settings.BASE_URL}{reverse('mail')}",
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )


# --- The topics -----------------------------------------------------------------------------------


def _to_clear_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _load_inputs(_unsent_inputs(access, keys).filter(sent_for_clearance_at__isnull=False))
    clearable = [row for row in rows if access.may(Act.CLEAR_COMMENT, on=row)]
    phrase = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", len(clearable))
    query = {"state": WorkState.WAITING.value}
    return _part_of_inputs(
        clearable, phrase % {"n": len(clearable)}, _page_url(access, "workspace", query)
    )


def _given_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _load_inputs(_unsent_inputs(access, keys).filter(held_by(access)))
    phrase = ngettext("%(n)d draft was given to you", "%(n)d drafts were given to you", len(rows))
    query = {"author": str(access.user.public_id)}
    return _part_of_inputs(rows, phrase % {"n": len(rows)}, _page_url(access, "workspace", query))


def _named_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    unseen = Mention.objects.visible_to(access).filter(pk__in=keys, seen_at=None)
    keys_of_comments = list(unseen.values_list("note__comment", flat=True))
    rows = _load_inputs(Comment.objects.visible_to(access).filter(pk__in=keys_of_comments))
    count = len(keys_of_comments)
    phrase = ngettext("%(n)d note names you", "%(n)d notes name you", count) % {"n": count}
    return _part_of_inputs(
        rows, phrase, _page_url(access, "notes", rows=[row.public_id for row in rows[:1]])
    )


def _sent_back_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _load_inputs(
        _unsent_inputs(access, keys).filter(held_by(access), returned_at__isnull=False)
    )
    phrase = ngettext(
        "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", len(rows)
    )
    query = {"state": WorkState.RETURNED.value, "author": str(access.user.public_id)}
    return _part_of_inputs(rows, phrase % {"n": len(rows)}, _page_url(access, "workspace", query))


def _ready_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _load_inputs(_unsent_inputs(access, keys).filter(cleared_at__isnull=False))
    submittable = [row for row in rows if access.may(Act.SUBMIT_COMMENT, on=row)]
    count = len(submittable)
    phrase = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", count)
    return _part_of_inputs(submittable, phrase % {"n": count}, _page_url(access, "submit_all"))


def _answered_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    reviews = Review.objects.visible_to(access).filter(pk__in=keys)
    rows = _load_inputs(Comment.objects.visible_to(access).filter(pk__in=reviews.values("comment")))
    phrase = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", len(rows))
    return _part_of_inputs(
        rows, phrase % {"n": len(rows)}, _page_url(access, "workspace", {"state": ANSWERED})
    )


def _closed_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    rows = _inputs_of_closures(access, Closure.objects.in_force().filter(pk__in=keys))
    phrase = ngettext(
        "%(n)d input is closed without an answer",
        "%(n)d inputs are closed without an answer",
        len(rows),
    )
    return _part_of_inputs(rows, phrase % {"n": len(rows)}, _url_of_inputs(access, rows))


def _reopened_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    reopened = Closure.objects.filter(pk__in=keys, reopened_at__isnull=False)
    rows = _inputs_of_closures(access, reopened)
    phrase = ngettext("%(n)d input is open again", "%(n)d inputs are open again", len(rows))
    return _part_of_inputs(rows, phrase % {"n": len(rows)}, _url_of_inputs(access, rows))


def _minutes_part(access: Access, keys: Sequence[int]) -> TurnPart | None:
    waiting = [said for said in said_lines(access) if said.is_waiting and said.line.pk in keys]
    if not waiting:
        return None
    phrase = ngettext(
        "%(n)d line of minutes to confirm", "%(n)d lines of minutes to confirm", len(waiting)
    )
    lines = [TurnMailLine("", inline_citation(said.place), said.meeting.title) for said in waiting]
    shown = tuple(lines[:MAX_LINES])
    more = len(lines) - len(shown)
    return TurnPart(phrase % {"n": len(waiting)}, shown, more, _page_url(access, "said"))


PARTS: Mapping[str, Callable[[Access, Sequence[int]], TurnPart | None]] = {
    Topic.TO_CLEAR: _to_clear_part,
    Topic.SENT_BACK: _sent_back_part,
    Topic.GIVEN: _given_part,
    Topic.NAMED: _named_part,
    Topic.READY: _ready_part,
    Topic.ANSWERED: _answered_part,
    Topic.CLOSED: _closed_part,
    Topic.REOPENED: _reopened_part,
    Topic.SAID: _minutes_part,
}


def _unsent_inputs(access: Access, keys: Sequence[int]) -> QuerySet[Comment]:
    return Comment.objects.visible_to(access).unsent().filter(pk__in=keys)


def _inputs_of_closures(access: Access, closures: QuerySet[Closure]) -> list[Comment]:
    """The inputs of these closures that this reader may read."""
    return _load_inputs(
        Comment.objects.visible_to(access).filter(pk__in=closures.values("comment"))
    )


def _url_of_inputs(access: Access, rows: Sequence[Comment]) -> str:
    """The page of the one input, or of all that the delegation has."""
    if len(rows) == 1:
        return _page_url(access, "comment", rows=[rows[0].public_id])
    return _page_url(access, "workspace")


def _load_inputs(rows: QuerySet[Comment]) -> list[Comment]:
    """The inputs with what a line of the mail needs, in the order of the texts: one query."""
    rows = rows.select_related(
        "seat", "filed_by", "round", "paragraph__draft", "wording__revision__draft"
    )
    return list(rows.order_by("paragraph__draft__place", "wording__place", "pk"))


def _part_of_inputs(rows: Sequence[Comment], phrase: str, url: str) -> TurnPart | None:
    """What the mail shows of these rows; None where there is none."""
    if not rows:
        return None
    shown = tuple(map(_mail_line, rows[:MAX_LINES]))
    return TurnPart(phrase, shown, len(rows) - len(shown), url)


def _mail_line(row: Comment) -> TurnMailLine:
    revision = row.wording.revision
    return TurnMailLine(
        number=row.reference,
        label=inline_citation(row.wording.label or str(Kind(row.wording.kind).label)),
        text=f"{revision.draft.title}, {revision.stage}",
    )


def _page_url(
    access: Access, name: str, query: Mapping[str, str] | None = None, *, rows: Sequence[UUID] = ()
) -> str:
    path = reverse(name, args=[access.consultation.slug, *rows])
    return f"{settings.BASE_URL}{path}{'?' if query else ''}{urlencode(query or {})}"
