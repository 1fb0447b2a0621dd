"""The front page of a consultation."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from comments.front.date_picture import date_picture, date_rows
from comments.front.own_tasks import TaskLine, own_tasks
from comments.front.queries import next_meetings
from comments.groups.sentences import end_of_silence
from comments.inputs.addresses import address_of_revision
from comments.inputs.audience import moment_words, next_deadline, visibility_sentence
from comments.inputs.queries import rounds_of_consultation
from comments.news.sentences import read_unseen_and_record_first_visit, watched_sentence
from comments.news.unseen import MAX_COUNTED_BY_PARAGRAPH, Unseen
from comments.papers.rows_csv import csv_response
from comments.reading.context import revision_links
from comments.threads.wordings import revisions_of_all_texts
from consultations.models import Announcement, Round
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import day_of, time_left
from consultations.web.frame_facts import Due, frame_facts
from consultations.web.view_decorators import with_access
from drafts.models import Revision


@require_safe
@with_access
def consultation(request: HttpRequest, access: Access) -> HttpResponse:
    """What is due, announcements, this reader's tasks and news; the texts.

    Then links to papers and work, the dates, meetings and rounds.
    """
    rounds = rounds_of_consultation(access)
    unseen = read_unseen_and_record_first_visit(access, rounds)
    revisions, meetings = revisions_of_all_texts(access), next_meetings(access)
    tasks = own_tasks(access, unseen, rounds, revisions, meetings)
    news_lines = (_news_line(access, unseen), _watched_line(access, unseen))
    facts = frame_facts(request)
    # What the frame around the page would query again.
    facts.new_count, facts.rounds = unseen.count_of("comments"), rounds
    silence = Due()
    if unseen.next_silence:
        until, group_seat_id = unseen.next_silence
        silence = end_of_silence(access, until, group_seat_id)
    # A silence comes first: to miss it is to consent.
    facts.due = silence or next_deadline(access, rounds)
    context = {
        "access": access,
        "lead_sentence": _lead_sentence(access, rounds),
        "announcements": Announcement.objects.in_force(access).undismissed(access),
        "tasks": [*tasks, *filter(None, news_lines)],
        "texts": _texts(access, revisions),
        # A delegation downloads each text as a kit: a file in which its capital writes comments.
        "kit_revisions": _latest_revisions(revisions) if access.is_delegate else [],
        "table_formats": [("docx", _("Word")), ("xlsx", _("Excel")), ("pdf", _("PDF"))],
        "meetings": meetings,
        "dates_picture": date_picture(access, rounds, meetings),
        "round_lines": [
            (round, _round_state(access, round), visibility_sentence(access, round))
            for round in rounds
        ],
        # The link to the review queue, whose page requires the same act.
        "may_review": bool(access.may(Act.READ_UNPUBLISHED_REVIEW)),
        "may_enter_received": bool(access.may(Act.ENTER_RECEIVED)),
        "may_read_desk": bool(access.may(Act.READ_WORKING_TEXT)),
        "may_announce": bool(access.may(Act.ANNOUNCE)),
        "may_set_up": bool(access.may(Act.SET_UP_CONSULTATION)),
        "may_set_rounds": bool(access.may(Act.SET_ROUNDS, on=access.consultation)),
    }
    return render(request, "comments/front/consultation.html", context)


@require_safe
@with_access
def dates_file(request: HttpRequest, access: Access) -> HttpResponse:
    """Rounds and meetings to come, as CSV."""
    rows = date_rows(access, rounds_of_consultation(access), next_meetings(access))
    return csv_response(rows, f"dates-{access.consultation.slug}")


def _lead_sentence(access: Access, rounds: list[Round]) -> str:
    """What the page says first: that the record closed, the next deadline, or the next opening."""
    if access.consultation.closed_at:
        closing_moment = moment_words(access, access.consultation.closed_at)
        template = _(
            "The record closed %(moment)s. It can be read and exported, but no longer changed."
        )
        return template % {"moment": closing_moment}
    open_rounds = [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]
    if open_rounds:
        next_to_close = min(open_rounds, key=lambda round: round.deadline)
        sentence = _("%(round)s: inputs until %(moment)s, %(left)s.") % {
            "round": next_to_close.name,
            "moment": moment_words(access, next_to_close.deadline),
            "left": time_left(next_to_close.deadline, access.moment),
        }
        return f"{sentence} {_extension_sentence(access, next_to_close)}".rstrip()
    # In the order in which they open, as `rounds` are.
    future_rounds = [round for round in rounds if phase_of(round, access.moment) is Phase.NOT_OPEN]
    if future_rounds:
        opening_moment = moment_words(access, future_rounds[0].opens_at)
        return _("%(round)s opens %(moment)s.") % {
            "round": future_rounds[0].name,
            "moment": opening_moment,
        }
    return _("No round is open: nothing is due now.")


def _extension_sentence(access: Access, round: Round) -> str:
    """A sentence on when the deadline was extended; empty where it was not."""
    if round.extended_at is None:
        return ""
    extended_on = day_of(round.extended_at, access.consultation.zone)
    return _("The deadline was extended on %(day)s.") % {"day": extended_on}


def _news_line(access: Access, unseen: Unseen) -> TaskLine | None:
    """What is new to the reader, with a link to it; None where nothing is."""
    kinds_of_news = _(", ").join(_kinds_of_news(unseen))
    if not kinds_of_news:
        return None
    url = reverse("new", args=[access.consultation.slug])
    return TaskLine(_("New to you: %(what)s") % {"what": kinds_of_news}, url)


def _kinds_of_news(unseen: Unseen) -> Iterator[str]:
    """ "2 texts", "5 inputs"; "more than" or "at least" where not all that is new was counted."""
    is_count_capped = unseen.counted_since is not None
    text_count, review_count = len(unseen.new_revision_ids), unseen.count_of("reviews")
    if text_count:
        yield ngettext("%(n)d text", "%(n)d texts", text_count) % {"n": text_count}
    if is_count_capped:
        yield _("more than %(n)d inputs") % {"n": MAX_COUNTED_BY_PARAGRAPH}
    elif input_count := unseen.count_of("comments"):
        yield ngettext("%(n)d input", "%(n)d inputs", input_count) % {"n": input_count}
    if review_count:
        template = ngettext("%(n)d review", "%(n)d reviews", review_count)
        if is_count_capped:
            template = ngettext("at least %(n)d review", "at least %(n)d reviews", review_count)
        yield template % {"n": review_count}


def _watched_line(access: Access, unseen: Unseen) -> TaskLine | None:
    """What is new of what the reader watches, with a link to it; None where nothing is."""
    sentence = watched_sentence(access, unseen)
    url = reverse("new", args=[access.consultation.slug])
    return TaskLine(sentence, f"{url}?watched=1") if sentence else None


def _round_state(access: Access, round: Round) -> str:
    """When a round opens, closes or closed, in words; with the record every round is closed."""
    if record_closed_at := access.consultation.closed_at:
        closed_at = min(round.closed_at or round.deadline, record_closed_at)
        return _("closed %(moment)s") % {"moment": moment_words(access, closed_at)}
    phase = phase_of(round, access.moment)
    if phase is Phase.NOT_OPEN:
        return _("opens %(moment)s") % {"moment": moment_words(access, round.opens_at)}
    closing_moment = moment_words(access, round.closed_at or round.deadline)
    if phase is Phase.OPEN:
        return _("open until %(moment)s") % {"moment": closing_moment}
    if phase is Phase.LATE:
        return _("closed %(moment)s, late inputs are marked") % {"moment": closing_moment}
    return _("closed %(moment)s") % {"moment": closing_moment}


def _latest_revisions(revisions: list[Revision]) -> list[Revision]:
    """The last revision of each text; `revisions` are in the order of the texts and numbers."""
    return list({revision.draft_id: revision for revision in revisions}.values())


def _texts(access: Access, revisions: list[Revision]) -> list[dict[str, Any]]:
    """Each text in its latest revision, with links to its revisions."""
    return [
        {
            "title": revision.draft.title,
            "symbol": revision.draft.symbol,
            "url": address_of_revision(access, revision),
            "revision_links": revision_links(access, revisions, revision),
            "adopted_at": revision.draft.adopted_at,
        }
        for revision in _latest_revisions(revisions)
    ]
