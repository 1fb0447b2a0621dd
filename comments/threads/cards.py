"""An input as a card: its words for the page, and what this reader may do with it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Acknowledgement, Comment, CommentState, Disposition, ReceivedBy
from comments.threads.audience import moment_words, seen_by
from comments.threads.notes import NoteView, notes_of
from comments.threads.threads import AlignmentView, CommentView, ParagraphView
from consultations.rules.access import Access, Act
from consultations.rules.phases import has_ended
from consultations.wall_clock import date_of, day_of


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do with a card: a link, or a button where `is_post`."""

    label: str
    url: str
    is_post: bool = False
    # What its address is called in the site map.
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply as the card shows it."""

    who: str
    when_text: str
    text: str
    lang: str
    is_withdrawn: bool
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """An internal note as the card shows it."""

    who: str
    when_text: str
    text: str
    is_return: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One `CommentView` put into words for one reader, with what they may do.

    It is what the template of a card takes.
    """

    view: CommentView
    note: str
    when_text: str
    state: str
    # "new version of PRT-5": what a draft is to replace.
    version_text: str
    then_text: str
    place_text: str
    members_text: str
    aligned: tuple[tuple[str, str], ...]
    replies: tuple[ReplyLine, ...]
    answer: str
    answered_text: str
    is_private: bool
    stance: str
    received_text: str
    silence_text: str
    # What stays among those who wrote the draft: notes, and why it was sent back.
    notes: tuple[NoteLine, ...]
    returned: NoteLine | None
    note_url: str
    note_readers: str
    acts: tuple[Way, ...]


def card_of(access: Access, view: CommentView, paragraph: ParagraphView | None = None) -> Card:
    """A card for one reader. Needs a view that was read `with_answers`; notes, `with_notes`."""
    notes = tuple(_note_line(access, note) for note in notes_of(view.row))
    return Card(
        view=view,
        note=_note(view),
        when_text=_day(access, view.at),
        state=_state(view),
        version_text=_version(view),
        then_text=_then(view, paragraph),
        place_text=_("To be placed after %(label)s.") % {"label": view.move_after}
        if view.move_after
        else "",
        members_text=_(", ").join(view.members),
        aligned=tuple((a.who, a.reservation) for a in view.aligned),
        replies=tuple(_reply(access, view, number) for number in range(len(view.replies))),
        answer=capfirst(str(Disposition(view.review.disposition).label)) if view.review else "",
        answered_text=_day(access, view.review.published_at or view.review.decided_at)
        if view.review
        else "",
        is_private=bool(view.review and view.review.published_at is None),
        stance=_stance(access, view),
        received_text=_received(access, view.row),
        silence_text=_silence(access, view.row),
        notes=notes,
        returned=_returned(view.row, notes),
        note_url=_note_url(access, view.row),
        note_readers=_note_readers(view.row),
        acts=tuple(_acts(access, view, paragraph)),
    )


def _note(view: CommentView) -> str:
    parts = []
    if view.filed_by:
        parts.append(_("filed by %(name)s") % {"name": view.filed_by})
    if view.members:
        count = len(view.members)
        parts.append(ngettext("%(n)d member", "%(n)d members", count) % {"n": count})
    return " · ".join(parts)


def _day(access: Access, moment: datetime) -> str:
    return day_of(moment, access.consultation.zone)


def _state(view: CommentView) -> str:
    if view.is_draft and view.row.in_room:
        return seen_by(view.row)
    if view.state is CommentState.DRAFTED:
        return _("draft, visible to your delegation only")
    if view.state is CommentState.CLEARED:
        return _("cleared, visible to your delegation only")
    return ""


def _version(view: CommentView) -> str:
    number = view.row.replaces
    return _("new version of %(number)s") % {"number": number} if number else ""


def _then(view: CommentView, paragraph: ParagraphView | None) -> str:
    if view.then is None or paragraph is None:
        return ""
    words = {"stage": view.then.stage, "label": view.then.label}
    if not view.then.is_reworded:
        return _("Made on %(stage)s, where this was %(label)s.") % words
    if view.then.label and view.then.label != paragraph.label:
        return _("Made on %(label)s of %(stage)s, in other words than now.") % words
    return _("Made on the words of %(stage)s, which have changed since.") % words


def _reply(access: Access, view: CommentView, number: int) -> ReplyLine:
    reply = view.replies[number]
    is_own = reply.seat_id == (access.seat.pk if access.seat else None)
    may = is_own and not reply.withdrawn_at and access.may(Act.REPLY, on=view.row)
    return ReplyLine(
        who=reply.who or _("Facilitators"),
        when_text=_day(access, reply.at),
        text=reply.text,
        lang=reply.language,
        is_withdrawn=reply.withdrawn_at is not None,
        withdraw_url=_url(access, "withdraw_reply", reply.id) if may else "",
    )


def _received(access: Access, row: Comment) -> str:
    """How a draft reached the secretariat; its own people read it, nobody else."""
    if not row.received_by or row.received_on is None or not access.owns(row):
        return ""
    how = str(ReceivedBy(row.received_by).label)
    # Translators: a day, in the letters of Django's date formats: 7 May 2010
    day = date_format(row.received_on, _("j F Y"))
    entered = date_of(row.created_at, access.consultation.zone)
    words = {"how": how, "day": day, "entered": entered}
    return _("Received %(how)s on %(day)s; entered by the secretariat on %(entered)s.") % words


def _silence(access: Access, row: Comment) -> str:
    """Where a group's draft stands with its members; whoever reads it sits in the room."""
    if row.submitted_at is not None or row.silence_until is None:
        return ""
    moment = {"moment": moment_words(access, row.silence_until)}
    if row.silence_broken_at:
        return _("A member broke silence. The silence until %(moment)s is over.") % moment
    if has_ended(row, access.moment):
        return _("Nobody broke silence by %(moment)s. The coordinator can submit it.") % moment
    return _("No objection by %(moment)s means consent.") % moment


def _note_line(access: Access, note: NoteView) -> NoteLine:
    return NoteLine(note.who, _day(access, note.at), note.text, note.is_return)


def _returned(row: Comment, notes: tuple[NoteLine, ...]) -> NoteLine | None:
    """Why a draft waits for its drafters again: the last reason that was given."""
    if row.submitted_at or not row.is_returned:
        return None
    return next((note for note in reversed(notes) if note.is_return), None)


def _note_url(access: Access, row: Comment) -> str:
    return _url(access, "notes", row.public_id) if access.may(Act.WRITE_NOTE, on=row) else ""


def _note_readers(row: Comment) -> str:
    if row.in_room and row.submitted_at is None:
        return _("Visible to the delegations in this group’s room only, now and later.")
    return _("Visible to your delegation only, now and after submission.")


def _stance(access: Access, view: CommentView) -> str:
    """As "France: maintains its position, 5 May", and what it added."""
    review = view.review
    if review is None or not review.stance or review.stance_at is None:
        return ""
    stance, day = Acknowledgement.Stance(review.stance).label, _day(access, review.stance_at)
    words = {"who": view.who, "stance": stance, "day": day}
    said = _("%(who)s: %(stance)s, %(day)s") % words
    return f"{said}. {review.stance_note}" if review.stance_note else said


def _url(access: Access, name: str, id: object) -> str:
    return reverse(name, args=[access.consultation.slug, id])


def _way(access: Access, label: str, name: str, id: object, *, is_post: bool = False) -> Way:
    return Way(label, reverse(name, args=[access.consultation.slug, id]), is_post, name)


def _acts(access: Access, view: CommentView, paragraph: ParagraphView | None) -> list[Way]:
    ways = _acts_on_draft(access, view) if view.is_draft else _acts_on_input(access, view)
    if paragraph is not None and _may_carry_over(access, view, paragraph):
        ways.append(_way(access, _("Carry over…"), "carry_over", view.id))
    return [*ways, _way(access, _("History"), "comment", view.id)]


def _may_carry_over(access: Access, view: CommentView, paragraph: ParagraphView) -> bool:
    """Whether an own comment, made on earlier words, can be copied onto those that stand here."""
    is_elsewhere = view.row.wording.public_id != paragraph.wording_id
    return access.has_on_record(view.row) and is_elsewhere and not paragraph.is_struck


def _acts_on_draft(access: Access, view: CommentView) -> list[Way]:
    row, ways = view.row, []
    if access.may(Act.DRAFT_COMMENT, on=row):
        ways.append(_way(access, _("Edit"), "edit_comment", view.id))
    if access.may(Act.CLEAR_COMMENT, on=row):
        if view.state is CommentState.DRAFTED:
            ways.append(_way(access, _("Clear"), "clear_comment", view.id, is_post=True))
        ways.append(_way(access, _("Send back…"), "return_comment", view.id))
    if access.may(Act.SUBMIT_COMMENT, on=row):
        ways.append(_way(access, _("Submit…"), "submit_comment", view.id))
    if row.in_room:
        ways.append(_way(access, _("In the group’s room"), "group_room", row.seat.public_id))
    if access.may(Act.DISCARD_COMMENT, on=row):
        ways.append(_way(access, _("Discard"), "discard_comment", view.id))
    return ways


def _acts_on_input(access: Access, view: CommentView) -> list[Way]:
    row, ways = view.row, []
    mine = _own_alignment(access, view)
    if mine is not None:
        ways.append(_way(access, _("End alignment"), "end_alignment", mine.id))
    elif access.may(Act.ALIGN, on=row):
        ways.append(_way(access, _("Align"), "align", view.id))
    if access.may(Act.REPLY, on=row):
        ways.append(_way(access, _("Reply"), "reply", view.id))
    if access.may(Act.DRAFT_VERSION, on=row):
        ways.append(_way(access, _("New version"), "supersede_comment", view.id))
    if access.may(Act.WITHDRAW_COMMENT, on=row):
        ways.append(_way(access, _("Withdraw"), "withdraw_comment", view.id))
    if view.review and access.may(Act.ACKNOWLEDGE_REVIEW, on=row):
        ways.append(_way(access, _("Acknowledge"), "acknowledge", view.review.id))
    if access.shares(row):
        ways.append(_way(access, _("In the group’s room"), "group_room", row.seat.public_id))
    if access.has_on_record(row):
        ways.append(_way(access, _("Outcome of our inputs"), "became", view.id))
    return ways


def _own_alignment(access: Access, view: CommentView) -> AlignmentView | None:
    if access.seat is None or not access.may(Act.ALIGN):
        return None
    return next((a for a in view.aligned if a.seat_id == access.seat.pk), None)
