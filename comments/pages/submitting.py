"""The submission of own drafts: exactly what will go, who sees it, from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.pages.lines import Line, line_of, own_and_room_rows, own_rows, submit_label
from comments.pages.writing import address_of_comment, comment_of
from comments.reading.audience import rule_of_time, who_will_see, why_no_form
from comments.reading.workspace import ready_to_submit
from comments.submission import submit_comments
from consultations.access import Access, Act, Refused
from consultations.entering import entered
from consultations.models import Round


@dataclass(frozen=True, slots=True)
class Batch:
    """Drafts of one round that go together, and who will see them."""

    round: Round
    lines: tuple[Line, ...]
    seen: tuple[str, ...]
    rule: str


@never_cache
@entered
def submit_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Submit one draft: what will go, in whose name, who sees it and from when."""
    stored = comment_of(access, comment)
    if stored.submitted_at is None:
        access.require(Act.SUBMIT_COMMENT, on=stored)
    rows = own_and_room_rows(access).filter(pk=stored.pk)
    return _submission(request, access, list(rows), back=address_of_comment(access, stored))


@never_cache
@entered
def submit_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Submit all cleared drafts of the delegation at once; who is alone need not clear them."""
    access.require(Act.SUBMIT_COMMENT)
    rows = own_rows(access).filter(ready_to_submit(access))
    back = reverse("workspace", args=[access.consultation.slug])
    return _submission(request, access, list(rows), back=back)


@require_safe
@never_cache
@entered
def submitted(request: HttpRequest, access: Access) -> HttpResponse:
    """What was just submitted, with its numbers."""
    access.require(Act.READ_DRAFT_COMMENT)
    keys = request.session.get("submitted", [])
    rows = own_rows(access).filter(public_id__in=keys, submitted_at__isnull=False)
    context = {"access": access, "lines": [line_of(access, row) for row in rows]}
    return render(request, "comments/submitted.html", context)


# --- The act -------------------------------------------------------------------------------------


def _submission(
    request: HttpRequest, access: Access, rows: Sequence[Comment], *, back: str
) -> HttpResponse:
    """Show exactly what will go; take it when the same drafts, unchanged, come back."""
    ready = [row for row in rows if not why_no_form(access, row.round)]
    refused = _submit(request, access, ready) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect("submitted", access.consultation.slug)
    context = {
        "access": access,
        "title": submit_label(access, len(ready)),
        "batches": _batches(access, ready),
        "left": [
            (line_of(access, row), why_no_form(access, row.round))
            for row in rows
            if row not in ready
        ],
        "sent": [_as_shown(row) for row in ready],
        "count": len(ready),
        "back": back,
        "refused": refused,
    }
    return render(request, "comments/submit.html", context, status=422 if refused else 200)


def _submit(request: HttpRequest, access: Access, ready: Sequence[Comment]) -> str:
    """Submit what the page showed; the reason in a sentence where it was not taken."""
    sent = request.POST.getlist("comment")
    ids = [shown.partition(":")[0] for shown in sent]
    named = (
        list(own_and_room_rows(access).filter(public_id__in=ids)) if all(map(_is_id, ids)) else []
    )
    is_second_press = bool(named) and all(row.submitted_at for row in named)
    if not is_second_press and (not sent or set(sent) != {_as_shown(row) for row in ready}):
        return _("Something changed since this page was shown. Read again what will go.")
    try:
        done = submit_comments(access=access, comments=named)
    except (Refused, ValidationError) as error:
        return " ".join(getattr(error, "messages", [str(error)]))
    request.session["submitted"] = [str(row.public_id) for row in done]
    return ""


def _is_id(words: str) -> bool:
    try:
        UUID(words)
    except ValueError:
        return False
    return True


def _as_shown(row: Comment) -> str:
    """A draft and its version: what the button says yes to."""
    return f"{row.public_id}:{row.version}"


def _batches(access: Access, ready: Sequence[Comment]) -> list[Batch]:
    rounds = {row.round_id: row.round for row in ready}
    return [
        Batch(
            round=round,
            lines=tuple(line_of(access, row) for row in ready if row.round_id == key),
            seen=tuple(who_will_see(access, round)),
            rule=rule_of_time(round),
        )
        for key, round in rounds.items()
    ]
