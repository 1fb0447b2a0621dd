"""The front page of a consultation."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.desks.rooms import silence_words
from comments.exports.rows_csv import csv_response
from comments.news.date_picture import date_picture, date_rows
from comments.news.fresh import rounds_here
from comments.news.front import meetings_to_come
from comments.news.own_tasks import own_tasks
from comments.news.unseen import Unseen
from comments.news.unseen_rows import MOST_COUNTED
from comments.pages.marks import unseen_from_now, watched_line
from comments.pages.reading_context import ladder_of
from comments.pages.reading_selection import address_of
from comments.pages.task_lines import TaskLine, task_line
from comments.threads.audience import moment_words, next_deadline, visibility_sentence
from comments.threads.revisions import revisions_of_text
from consultations.models import Announcement, Round
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from consultations.wall_clock import day_of, time_left
from drafts.models import Revision


@require_safe
@never_cache
@with_access
def consultation(request: HttpRequest, access: Access) -> HttpResponse:
    """What is due, what is this reader's to do and new to them; texts, meetings, papers."""
    rounds = rounds_here(access)
    found = unseen_from_now(access, rounds)
    revisions, meetings = revisions_of_text(access), meetings_to_come(access)
    tasks = own_tasks(access, found, rounds, revisions, meetings)
    news = (_news_line(access, found), _watched_line(access, found))
    facts = frame_facts(request)
    facts.new_count, facts.rounds = found.number_of("comments"), rounds
    silence = silence_words(access, *found.silence) if found.silence else ""
    facts.due = silence or next_deadline(access, rounds)
    context = {
        "access": access,
        "due": _due_line(access, rounds),
        "announcements": Announcement.objects.in_force(access).undismissed(access),
        "tasks": [*(task_line(access, task) for task in tasks), *filter(None, news)],
        "texts": _texts(access, revisions),
        "kits": _latest(revisions) if access.is_delegate else [],
        "table_forms": [("docx", _("Word")), ("xlsx", _("Excel")), ("pdf", _("PDF"))],
        "meetings": meetings,
        "dates": date_picture(access, rounds, meetings),
        "rounds": [
            (round, _state(access, round), visibility_sentence(access, round)) for round in rounds
        ],
        "may_review": bool(access.may(Act.READ_UNPUBLISHED_REVIEW)),
        "may_enter_received": bool(access.may(Act.ENTER_RECEIVED)),
        "may_read_desk": bool(access.may(Act.READ_WORKING_TEXT)),
        "may_announce": bool(access.may(Act.ANNOUNCE)),
        "may_set_up": bool(access.may(Act.SET_SEATS)),
        "may_manage_people": bool(access.may(Act.MANAGE_POSTS)),
        "may_set_rounds": bool(access.may(Act.SET_ROUNDS, on=access.consultation)),
    }
    return render(request, "comments/consultation.html", context)


@require_safe
@never_cache
@with_access
def dates_file(request: HttpRequest, access: Access) -> HttpResponse:
    """Rounds and meetings to come, as CSV."""
    rows = date_rows(access, rounds_here(access), meetings_to_come(access))
    return csv_response(rows, f"dates-{access.consultation.slug}")


def _due_line(access: Access, rounds: list[Round]) -> str:
    if access.consultation.closed_at:
        closed = moment_words(access, access.consultation.closed_at)
        words = _(
            "The record closed %(moment)s. It can be read and exported, but no longer changed."
        )
        return words % {"moment": closed}
    open_now = [r for r in rounds if phase_of(r, access.moment) is Phase.OPEN]
    if open_now:
        nearest = min(open_now, key=lambda round: round.deadline)
        said = _("%(round)s: inputs until %(moment)s, %(left)s.") % {
            "round": nearest.name,
            "moment": moment_words(access, nearest.deadline),
            "left": time_left(nearest.deadline, access.moment),
        }
        return f"{said} {_extended(access, nearest)}".rstrip()
    coming = [r for r in rounds if phase_of(r, access.moment) is Phase.NOT_OPEN]
    if coming:
        opens = moment_words(access, coming[0].opens_at)
        return _("%(round)s opens %(moment)s.") % {"round": coming[0].name, "moment": opens}
    return _("No round is open: nothing is due now.")


def _extended(access: Access, round: Round) -> str:
    """Since when there is more time, so that whoever read an earlier deadline sees it."""
    if round.extended_at is None:
        return ""
    day = day_of(round.extended_at, access.consultation.zone)
    return _("The deadline was extended on %(day)s.") % {"day": day}


def _news_line(access: Access, found: Unseen) -> TaskLine | None:
    what = _(", ").join(_kinds_of_news(found))
    if not what:
        return None
    url = reverse("new", args=[access.consultation.slug])
    return TaskLine(_("New to you: %(what)s") % {"what": what}, url)


def _kinds_of_news(found: Unseen) -> Iterator[str]:
    """ "2 texts", "5 inputs"; where more is new than is counted, no number says that it is all."""
    has_more = found.counted_since is not None
    texts, reviews = len(found.revisions), found.number_of("reviews")
    if texts:
        yield ngettext("%(n)d text", "%(n)d texts", texts) % {"n": texts}
    if has_more:
        yield _("more than %(n)d inputs") % {"n": MOST_COUNTED}
    elif inputs := found.number_of("comments"):
        yield ngettext("%(n)d input", "%(n)d inputs", inputs) % {"n": inputs}
    if reviews:
        words = ngettext("%(n)d review", "%(n)d reviews", reviews)
        if has_more:
            words = ngettext("at least %(n)d review", "at least %(n)d reviews", reviews)
        yield words % {"n": reviews}


def _watched_line(access: Access, found: Unseen) -> TaskLine | None:
    words = watched_line(access, found)
    url = reverse("new", args=[access.consultation.slug])
    return TaskLine(words, f"{url}?watched=1") if words else None


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


def _latest(revisions: list[Revision]) -> list[Revision]:
    """The last revision of each text, in their order."""
    return list({revision.draft_id: revision for revision in revisions}.values())


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
