"""The front page of a consultation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.news.fresh import rounds_here
from comments.news.front import meetings_to_come
from comments.news.unseen import Unseen
from comments.pages.marks import unseen_from_now, watched_line
from comments.pages.reading_context import address_of, ladder_of, revisions_of_text, work_counts
from comments.pages.room_pages import silence_lines
from comments.threads.audience import moment_words, what_one_sees
from consultations.models import Round
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from consultations.wall_clock import time_left
from drafts.models import Revision


@require_safe
@never_cache
@with_access
def consultation(request: HttpRequest, access: Access) -> HttpResponse:
    """What is due and new for this reader in three lines; texts, meetings, papers."""
    found, rounds, revisions = (
        unseen_from_now(access),
        rounds_here(access),
        revisions_of_text(access),
    )
    counts = work_counts(access) if access.seat else {}
    frame_facts(request).new_count = found.number_of("comments")
    context = {
        "access": access,
        "lines": [
            _due_line(access, rounds),
            _work_line(access, counts),
            _news_line(found),
            watched_line(access, found),
        ],
        "silences": silence_lines(access),
        "texts": _texts(access, revisions),
        "meetings": meetings_to_come(access),
        "rounds": [
            (round, _state(access, round), what_one_sees(access, round)) for round in rounds
        ],
        "may_review": bool(access.may(Act.READ_UNPUBLISHED_REVIEW)),
        "may_enter_received": bool(access.may(Act.ENTER_RECEIVED)),
        "may_read_desk": bool(access.may(Act.READ_WORKING_TEXT)),
        "may_set_up": bool(access.may(Act.SET_SEATS)),
        "may_manage_people": bool(access.may(Act.MANAGE_POSTS)),
        "may_set_rounds": bool(access.may(Act.SET_ROUNDS, on=access.consultation)),
    }
    return render(request, "comments/consultation.html", context)


def _due_line(access: Access, rounds: list[Round]) -> str:
    if access.consultation.closed_at:
        closed = moment_words(access, access.consultation.closed_at)
        words = _("The record closed %(moment)s. It is read and exported, and changes no more.")
        return words % {"moment": closed}
    open_now = [r for r in rounds if phase_of(r, access.moment) is Phase.OPEN]
    if open_now:
        nearest = min(open_now, key=lambda round: round.deadline)
        return _("%(round)s: inputs until %(moment)s, %(left)s.") % {
            "round": nearest.name,
            "moment": moment_words(access, nearest.deadline),
            "left": time_left(nearest.deadline, access.moment),
        }
    coming = [r for r in rounds if phase_of(r, access.moment) is Phase.NOT_OPEN]
    if coming:
        opens = moment_words(access, coming[0].opens_at)
        return _("%(round)s opens %(moment)s.") % {"round": coming[0].name, "moment": opens}
    return _("No round is open: nothing is due now.")


def _work_line(access: Access, counts: dict[str, int]) -> str:
    if not counts:
        return ""
    parts = [
        ngettext("%(n)d draft to clear", "%(n)d drafts to clear", counts["drafted"])
        % {"n": counts["drafted"]},
        ngettext("%(n)d ready to submit", "%(n)d ready to submit", counts["cleared"])
        % {"n": counts["cleared"]},
        ngettext("%(n)d submitted", "%(n)d submitted", counts["submitted"])
        % {"n": counts["submitted"]},
    ]
    name = access.seat.name if access.seat else ""
    return f"{name}: {', '.join(parts)}."


def _news_line(found: Unseen) -> str:
    if found.since is None:
        return ""
    inputs, reviews = found.number_of("comments"), found.number_of("reviews")
    texts = len(found.revisions)
    parts = [
        ngettext("%(n)d text", "%(n)d texts", texts) % {"n": texts} if texts else "",
        ngettext("%(n)d input", "%(n)d inputs", inputs) % {"n": inputs} if inputs else "",
        ngettext("%(n)d review", "%(n)d reviews", reviews) % {"n": reviews} if reviews else "",
    ]
    what = ", ".join(filter(None, parts))
    return _("New to you: %(what)s.") % {"what": what} if what else _("You have seen all inputs.")


def _state(access: Access, round: Round) -> str:
    phase = phase_of(round, access.moment)
    if phase is Phase.NOT_OPEN:
        return _("opens %(moment)s") % {"moment": moment_words(access, round.opens_at)}
    closes = moment_words(access, round.closed_at or round.deadline)
    if phase is Phase.OPEN:
        return _("open until %(moment)s") % {"moment": closes}
    if phase is Phase.LATE:
        return _("closed %(moment)s, late inputs are marked") % {"moment": closes}
    return _("closed %(moment)s") % {"moment": closes}


def _texts(access: Access, revisions: list[Revision]) -> list[dict[str, Any]]:
    latest = {revision.draft_id: revision for revision in revisions}
    return [
        {
            "title": revision.draft.title,
            "symbol": revision.draft.symbol,
            "url": address_of(access, revision),
            "steps": ladder_of(access, revisions, revision),
            "adopted_at": revision.draft.adopted_at,
        }
        for revision in latest.values()
    ]
