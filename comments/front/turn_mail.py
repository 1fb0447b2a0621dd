"""The mail to a person whose turn it is: what waits, and the page where it is done.

It quotes no words of drafts or inputs. What it tells of is collected in `Mail.facts`: by topic, the
ids of drafts, reviews or other rows.
Each topic has a section of the mail, or none where nothing is left to do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.inputs.citations import inline_citations
from comments.minutes.queries import offered_minute_lines
from comments.models import Closure, Comment, Mention, Review
from comments.notifications.stopping import stop_url, stopping_headers
from comments.workspace.queries import UNACKNOWLEDGED, WorkState, held_by_reader_filter
from consultations.models import Mail, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access, Act
from drafts.text.citing import inline_citation

# So many rows of a topic are named one by one; the page to which the mail leads has them all.
MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class TurnMailLine:
    """A draft, input or line of minutes as the mail names it; only inputs have a number."""

    number: str
    label: str  # of the paragraph
    source: str  # the revision, “Plan of action, Rev.1”; of a line of minutes the meeting


@dataclass(frozen=True, slots=True)
class TurnSection:
    """What is to do on one topic, and the page where it is done."""

    heading: str
    lines: tuple[TurnMailLine, ...]
    hidden_count: int  # of further rows, which the lines do not name
    url: str


def compose_turn(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on what is still this reader's to do, of all that was collected; None if nothing."""
    access = access_of_reader(mail)
    if access is None:
        return None
    wanted_topics = [
        topic for topic in Topic if topic in mail.facts and not has_opted_out(access, topic)
    ]
    sections = [
        section
        for topic in wanted_topics
        if (section := SECTION_COMPOSERS[topic](access, mail.facts[topic]))
    ]
    return _compose(access, sections) if sections else None


def _compose(access: Access, sections: Sequence[TurnSection]) -> ComposedMail:
    """The mail with a section for each topic."""
    stop_link = stop_url(access.user, access.capacity.key)
    values = {"role": access.capacity.role_words, "name": access.capacity.name}
    return ComposedMail(
        to=access.user.email,
        subject=" · ".join([*(section.heading for section in sections), access.consultation.title]),
        template="comments/front/mail/turn",
        context={
            "consultation": access.consultation,
            "title": sections[0].heading if len(sections) == 1 else _("It is your turn"),
            "sections": sections,
            "why": _("You receive this as %(role)s of %(name)s.") % values,
            "choices_url": f"{settings.BASE_URL}{reverse('mail')}",
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )


# --- The topics -----------------------------------------------------------------------------------


def _to_clear_section(access: Access, comment_ids: Sequence[int]) -> TurnSection | None:
    """Drafts that wait for somebody to clear them, where this reader may."""
    comments = _load_comments(
        _unsubmitted_comments(access, comment_ids).filter(sent_for_clearance_at__isnull=False)
    )
    clearable = [comment for comment in comments if access.may(Act.CLEAR_COMMENT, on=comment)]
    phrase = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", len(clearable))

    query = {"state": WorkState.WAITING.value}
    return _section_of_comments(
        clearable, phrase % {"n": len(clearable)}, _page_url(access, "workspace", query)
    )


def _given_section(access: Access, comment_ids: Sequence[int]) -> TurnSection | None:
    """Drafts that a colleague gave to this reader to go on with."""
    comments = _load_comments(
        _unsubmitted_comments(access, comment_ids).filter(held_by_reader_filter(access))
    )
    phrase = ngettext(
        "%(n)d draft was given to you", "%(n)d drafts were given to you", len(comments)
    )
    query = {"author": str(access.user.public_id)}
    return _section_of_comments(
        comments, phrase % {"n": len(comments)}, _page_url(access, "workspace", query)
    )


def _named_section(access: Access, mention_ids: Sequence[int]) -> TurnSection | None:
    """Notes on drafts and inputs that name this reader, not seen yet."""
    unseen_mentions = Mention.objects.visible_to(access).filter(pk__in=mention_ids, seen_at=None)
    comment_ids = list(unseen_mentions.values_list("note__comment", flat=True))
    comments = _load_comments(Comment.objects.visible_to(access).filter(pk__in=comment_ids))
    if not comments:
        return None
    # Notes on drafts that were discarded meanwhile have no line.
    shown_ids = {comment.pk for comment in comments}
    count = sum(comment_id in shown_ids for comment_id in comment_ids)
    phrase = ngettext("%(n)d note names you", "%(n)d notes name you", count) % {"n": count}
    # The page of notes is that of one comment: the first.
    return _section_of_comments(
        comments, phrase, _page_url(access, "notes", public_ids=[comments[0].public_id])
    )


def _sent_back_section(access: Access, comment_ids: Sequence[int]) -> TurnSection | None:
    """Drafts that this reader works on and that were sent back instead of being cleared."""
    comments = _load_comments(
        _unsubmitted_comments(access, comment_ids).filter(
            held_by_reader_filter(access), returned_at__isnull=False
        )
    )
    phrase = ngettext(
        "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", len(comments)
    )
    query = {"state": WorkState.RETURNED.value, "author": str(access.user.public_id)}
    return _section_of_comments(
        comments, phrase % {"n": len(comments)}, _page_url(access, "workspace", query)
    )


def _ready_section(access: Access, comment_ids: Sequence[int]) -> TurnSection | None:
    """Cleared drafts that this reader may submit."""
    comments = _load_comments(
        _unsubmitted_comments(access, comment_ids).filter(cleared_at__isnull=False)
    )
    submittable = [comment for comment in comments if access.may(Act.SUBMIT_COMMENT, on=comment)]
    count = len(submittable)
    phrase = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", count)
    return _section_of_comments(submittable, phrase % {"n": count}, _page_url(access, "submit_all"))


def _answered_section(access: Access, review_ids: Sequence[int]) -> TurnSection | None:
    """The delegation's inputs whose last answer (a review) it has not acknowledged yet."""
    last_reviews = Review.objects.visible_to(access).latest_per_comment()
    reviews = last_reviews.filter(pk__in=review_ids, acknowledgement=None)
    comments = _load_comments(
        Comment.objects.visible_to(access).filter(pk__in=reviews.values("comment"))
    )
    phrase = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", len(comments))
    return _section_of_comments(
        comments,
        phrase % {"n": len(comments)},
        _page_url(access, "workspace", {"state": UNACKNOWLEDGED}),
    )


def _closed_section(access: Access, closure_ids: Sequence[int]) -> TurnSection | None:
    """The delegation's inputs that the facilitators closed without an answer."""
    comments = _inputs_of_closures(access, Closure.objects.in_force().filter(pk__in=closure_ids))
    phrase = ngettext(
        "%(n)d input is closed without an answer",
        "%(n)d inputs are closed without an answer",
        len(comments),
    )
    return _section_of_comments(
        comments, phrase % {"n": len(comments)}, _url_of_inputs(access, comments)
    )


def _reopened_section(access: Access, closure_ids: Sequence[int]) -> TurnSection | None:
    """The delegation's inputs that were closed without an answer and are open again."""
    reopened_closures = Closure.objects.filter(pk__in=closure_ids, reopened_at__isnull=False)
    comments = _inputs_of_closures(access, reopened_closures)
    phrase = ngettext("%(n)d input is open again", "%(n)d inputs are open again", len(comments))
    return _section_of_comments(
        comments, phrase % {"n": len(comments)}, _url_of_inputs(access, comments)
    )


def _minutes_section(access: Access, line_ids: Sequence[int]) -> TurnSection | None:
    """Lines of a meeting's minutes on what the delegation said, which it is asked to confirm."""
    waiting_lines = [
        offered_line
        for offered_line in offered_minute_lines(access)
        if offered_line.is_waiting and offered_line.line.pk in line_ids
    ]
    if not waiting_lines:
        return None
    phrase = ngettext(
        "%(n)d line of minutes to confirm", "%(n)d lines of minutes to confirm", len(waiting_lines)
    )
    mail_lines = [
        TurnMailLine("", inline_citation(offered_line.paragraph_name), offered_line.meeting.title)
        for offered_line in waiting_lines
    ]
    shown_lines = tuple(mail_lines[:MAX_LINES])
    hidden_count = len(mail_lines) - len(shown_lines)
    return TurnSection(
        phrase % {"n": len(waiting_lines)}, shown_lines, hidden_count, _page_url(access, "said")
    )


# Topics that are not here (`ROOM`, `BRIDGING`, `SILENCE`, `ROUNDS`) have mails of their own.
SECTION_COMPOSERS: Mapping[str, Callable[[Access, Sequence[int]], TurnSection | None]] = {
    Topic.TO_CLEAR: _to_clear_section,
    Topic.SENT_BACK: _sent_back_section,
    Topic.GIVEN: _given_section,
    Topic.NAMED: _named_section,
    Topic.READY: _ready_section,
    Topic.ANSWERED: _answered_section,
    Topic.CLOSED: _closed_section,
    Topic.REOPENED: _reopened_section,
    Topic.SAID: _minutes_section,
}


def _unsubmitted_comments(access: Access, comment_ids: Sequence[int]) -> QuerySet[Comment]:
    return Comment.objects.visible_to(access).unsubmitted().filter(pk__in=comment_ids)


def _inputs_of_closures(access: Access, closures: QuerySet[Closure]) -> list[Comment]:
    """The inputs of these closures that this reader may read."""
    return _load_comments(
        Comment.objects.visible_to(access).filter(pk__in=closures.values("comment"))
    )


def _url_of_inputs(access: Access, comments: Sequence[Comment]) -> str:
    """The page of the one input, or of all that the delegation has."""
    if len(comments) == 1:
        return _page_url(access, "comment", public_ids=[comments[0].public_id])
    return _page_url(access, "workspace")


def _load_comments(comments: QuerySet[Comment]) -> list[Comment]:
    """The drafts or inputs with what a line of the mail needs: one query.

    In the order of the texts.
    """
    comments = comments.select_related(
        "seat", "filed_by", "round", "paragraph__draft", "wording__revision__draft"
    )
    return list(
        comments.order_by("paragraph__draft__place", "paragraph__draft_id", "wording__place", "pk")
    )


def _section_of_comments(comments: Sequence[Comment], phrase: str, url: str) -> TurnSection | None:
    """The section of the mail with these drafts or inputs; None where there are none."""
    if not comments:
        return None
    shown_comments = comments[:MAX_LINES]
    citations = inline_citations(comment.wording for comment in shown_comments)
    shown_lines = tuple(
        _mail_line(comment, citations[comment.wording_id]) for comment in shown_comments
    )
    return TurnSection(phrase, shown_lines, len(comments) - len(shown_lines), url)


def _mail_line(comment: Comment, citation: str) -> TurnMailLine:
    revision = comment.wording.revision
    return TurnMailLine(
        number=comment.reference,
        label=citation,
        source=f"{revision.draft.title}, {revision.stage}",
    )


def _page_url(
    access: Access,
    url_name: str,
    query: Mapping[str, str] | None = None,  # a filter of the workspace: `state`, `author`
    *,
    public_ids: Sequence[UUID] = (),
) -> str:
    """The full address of a page of the consultation."""
    path = reverse(url_name, args=[access.consultation.slug, *public_ids])
    return f"{settings.BASE_URL}{path}{'?' if query else ''}{urlencode(query or {})}"
