"""A delegation's own list of inputs, and their submission: what will go, who sees it, from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import Comment, CommentState
from comments.pages.shown import work_counts
from comments.pages.writing import address_of_comment, comment_of
from comments.reading.audience import rule_of_time, who_will_see, why_no_form
from comments.reading.cards import Card, card_of
from comments.reading.threads import comment_view, with_answers
from comments.submission import submit_comments
from consultations.access import Access, Act, Refused
from consultations.entering import entered
from consultations.models import Round
from drafts.differences import Redline
from drafts.models import Kind

SHOWN = 50
LEAD = 40  # characters before the first change, where a redline has one line
STATES = (
    CommentState.DRAFTED,
    CommentState.CLEARED,
    CommentState.SUBMITTED,
    CommentState.WITHDRAWN,
    CommentState.SUPERSEDED,
)


class StateForm(forms.Form):
    """Which of the own inputs to show."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        states = [(state.value, state.label) for state in STATES]
        self.fields["state"].choices = [("", _("all")), *states]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """One of the own inputs as a list shows it."""

    card: Card
    pieces: Redline
    label: str
    stage: str
    draft: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Drafts of one round that go together, and who will see them."""

    round: Round
    lines: tuple[Line, ...]
    seen: tuple[str, ...]
    rule: str


@require_safe
@never_cache
@entered
def workspace(request: HttpRequest, access: Access) -> HttpResponse:
    """The delegation's own drafts and inputs in the order of the texts, one list."""
    access.require(Act.READ_DRAFT_COMMENT)
    filters = StateForm(request.GET)
    state = filters.cleaned_data["state"] if filters.is_valid() else ""
    page = Paginator(_in_state(_own(access), state), SHOWN).get_page(request.GET.get("page"))
    counts = work_counts(access)
    context = {
        "access": access,
        "lines": [_line(access, row) for row in page],
        "page": page,
        "filters": filters,
        "state": state,
        "counts": counts,
        "may_submit": bool(access.may(Act.SUBMIT_COMMENT)),
        "submit_label": _submit_label(access, counts["cleared"]),
    }
    return render(request, "comments/workspace.html", context)


@never_cache
@entered
def submit_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Submit one draft: what will go, in whose name, who sees it and from when."""
    stored = comment_of(access, comment)
    if stored.submitted_at is None:
        access.require(Act.SUBMIT_COMMENT, on=stored)
    rows = _own(access).filter(pk=stored.pk)
    return _submission(request, access, list(rows), back=address_of_comment(access, stored))


@never_cache
@entered
def submit_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Submit all cleared drafts of the delegation at once."""
    access.require(Act.SUBMIT_COMMENT)
    rows = _in_state(_own(access), CommentState.CLEARED)
    back = reverse("workspace", args=[access.consultation.slug])
    return _submission(request, access, list(rows), back=back)


@require_safe
@never_cache
@entered
def submitted(request: HttpRequest, access: Access) -> HttpResponse:
    """What was just submitted, with its numbers."""
    access.require(Act.READ_DRAFT_COMMENT)
    keys = request.session.get("submitted", [])
    rows = _own(access).filter(public_id__in=keys, submitted_at__isnull=False)
    context = {"access": access, "lines": [_line(access, row) for row in rows]}
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
        "title": _submit_label(access, len(ready)),
        "batches": _batches(access, ready),
        "left": [
            (_line(access, row), why_no_form(access, row.round)) for row in rows if row not in ready
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
    named = list(_own(access).filter(public_id__in=ids)) if all(map(_is_id, ids)) else []
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


def _own(access: Access) -> Any:
    """Own drafts and inputs, in the order of the texts, with all that a card takes."""
    rows = Comment.objects.visible_to(access).filter(filed_by=access.seat)
    return (
        with_answers(access, rows)
        .select_related("seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft")
        .order_by(
            "paragraph__draft__place", "wording__place", "wording__revision__number", "number", "pk"
        )
    )


def _in_state(rows: Any, state: str) -> Any:
    conditions: dict[str, dict[str, Any]] = {
        CommentState.DRAFTED: {"submitted_at": None, "cleared_at": None},
        CommentState.CLEARED: {"submitted_at": None, "cleared_at__isnull": False},
        CommentState.SUBMITTED: {
            "submitted_at__isnull": False,
            "withdrawn_at": None,
            "superseded_at": None,
        },
        CommentState.WITHDRAWN: {"withdrawn_at__isnull": False},
        CommentState.SUPERSEDED: {"superseded_at__isnull": False},
    }
    return rows.filter(**conditions.get(state, {}))


def _line(access: Access, row: Comment) -> Line:
    revision = row.wording.revision
    card = card_of(access, comment_view(row))
    return Line(
        card=card,
        pieces=_near_first_change(card.view.pieces),
        label=row.wording.label or str(Kind(row.wording.kind).label),
        stage=revision.stage,
        draft=revision.draft.title,
        url=address_of_comment(access, row),
        state=str(row.state.label),
    )


def _near_first_change(pieces: Redline) -> Redline:
    """For a list of one line each: of a long beginning that is kept, its last words."""
    if len(pieces) < 2 or pieces[0][0] != "=" or len(pieces[0][1]) <= LEAD:
        return pieces
    last = pieces[0][1][-LEAD:]
    return (("=", f"… {last.partition(' ')[2] or last}"), *pieces[1:])


def _batches(access: Access, ready: Sequence[Comment]) -> list[Batch]:
    rounds = {row.round_id: row.round for row in ready}
    return [
        Batch(
            round=round,
            lines=tuple(_line(access, row) for row in ready if row.round_id == key),
            seen=tuple(who_will_see(access, round)),
            rule=rule_of_time(round),
        )
        for key, round in rounds.items()
    ]


def _submit_label(access: Access, count: int) -> str:
    name = access.seat.name if access.seat else ""
    return ngettext(
        "Submit %(n)d input for %(name)s", "Submit %(n)d inputs for %(name)s", count
    ) % {"n": count, "name": name}
