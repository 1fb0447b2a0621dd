"""The card of an input: its words for the page, and what this reader may do with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import (
    PROPOSING_KINDS,
    TAKEABLE,
    Acknowledgement,
    Comment,
    CommentKind,
    CommentState,
    Disposition,
    ReceivedVia,
)
from comments.threads.answer_views import ReviewView
from comments.threads.attached_rows import AlignmentView
from comments.threads.audience import moment_words, seen_by
from comments.threads.notes import NoteView, notes_of
from comments.threads.threads import CommentView, ParagraphView
from consultations.models import Consent
from consultations.rules.access import Access, Act
from consultations.rules.phases import has_ended
from consultations.wall_clock import date_of, day_of

# The acts that a card offers where the rules allow them, on drafts and on inputs.
ON_DRAFTS = (
    *(Act.DRAFT_COMMENT, Act.CLEAR_COMMENT, Act.SEND_FOR_CLEARANCE, Act.SUBMIT_COMMENT),
    *(Act.GIVE_DRAFT, Act.DISCARD_COMMENT, Act.WRITE_NOTE),
)
ON_INPUTS = (Act.ALIGN, Act.REPLY, Act.DRAFT_VERSION, Act.WITHDRAW_COMMENT, Act.WRITE_NOTE)


@dataclass(frozen=True, slots=True)
class CardAction:
    """Something to do with a card: a link, or a button where `is_post`."""

    label: str
    url: str
    is_post: bool = False
    # The name of its address in `urls`.
    name: str = ""
    # The element of the card that a script fills with it.
    piece: str = ""


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the facilitators made of an input, as the card shows it."""

    disposition: str
    observation: str
    when_text: str
    # What the delegation says to it.
    stance: str = ""
    # Not published yet.
    is_private: bool = False


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
    named: str


@dataclass(frozen=True, slots=True)
class Card:
    """One `CommentView` in words for one reader, with what they may do: for the card's template."""

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
    answer: CardAnswer | None
    received_text: str
    # What its delegation allows with it; shown to that delegation and to those who read all.
    consent_text: str
    silence_text: str
    # What stays among those who wrote the draft: notes, and why it was sent back.
    notes: tuple[NoteLine, ...]
    returned: NoteLine | None
    note_url: str
    note_readers: str
    acts: tuple[CardAction, ...]


def card_of(access: Access, view: CommentView, paragraph: ParagraphView | None = None) -> Card:
    """A card for one reader. Needs a view that was read `with_answers`; notes, `with_notes`."""
    notes = tuple(_note_line(access, note) for note in notes_of(view.row))
    allowed = access.allowed(ON_DRAFTS if view.is_draft else ON_INPUTS, on=view.row)
    return Card(
        view=view,
        note=_subtitle(view),
        when_text=_day_text(access, view.at),
        state=_state_text(view),
        version_text=_version_text(view),
        then_text=_then_text(view, paragraph),
        place_text=_("To be placed after %(label)s.") % {"label": view.move_after}
        if view.move_after
        else "",
        members_text=_(", ").join(view.members),
        aligned=tuple((a.who, a.reservation) for a in view.aligned),
        replies=tuple(_reply_line(access, view, number) for number in range(len(view.replies))),
        answer=_card_answer(access, view),
        received_text=_received_text(access, view.row),
        consent_text=_consent_text(access, view.row),
        silence_text=_silence_text(access, view.row),
        notes=notes,
        returned=_return_note(view.row, notes),
        note_url=_url(access, "notes", view.id) if Act.WRITE_NOTE in allowed else "",
        note_readers=_note_readers(view.row),
        acts=tuple(_actions(access, view, paragraph, allowed)),
    )


def _subtitle(view: CommentView) -> str:
    parts = []
    if view.filed_by:
        parts.append(_("filed by %(name)s") % {"name": view.filed_by})
    if view.members:
        count = len(view.members)
        parts.append(ngettext("%(n)d member", "%(n)d members", count) % {"n": count})
    return " · ".join(parts)


def _day_text(access: Access, moment: datetime) -> str:
    return day_of(moment, access.consultation.zone)


def _state_text(view: CommentView) -> str:
    if view.is_draft and view.row.in_room:
        return seen_by(view.row)
    if view.state is CommentState.DRAFTED and view.row.sent_for_clearance_at:
        return _("waiting for clearance, visible to your delegation only")
    if view.state is CommentState.DRAFTED:
        return _("draft, visible to your delegation only")
    if view.state is CommentState.CLEARED:
        return _("cleared, visible to your delegation only")
    return ""


def _card_answer(access: Access, view: CommentView) -> CardAnswer | None:
    """The disposition, or that it is closed without one."""
    if review := view.review:
        return CardAnswer(
            disposition=capfirst(str(Disposition(review.disposition).label)),
            observation=review.observation,
            when_text=_day_text(access, review.published_at or review.decided_at),
            stance=_stance_text(access, view.who, review),
            is_private=review.published_at is None,
        )
    if closed := view.closed:
        when_text = _day_text(access, closed.closed_at)
        return CardAnswer(_("Closed without an answer"), closed.reason, when_text)
    return None


def _version_text(view: CommentView) -> str:
    number = view.row.replaces
    return _("new version of %(number)s") % {"number": number} if number else ""


def _then_text(view: CommentView, paragraph: ParagraphView | None) -> str:
    if view.then is None or paragraph is None:
        return ""
    words = {"stage": view.then.stage, "label": view.then.label}
    if not view.then.is_reworded:
        return _("Made on %(stage)s, where this was %(label)s.") % words
    if view.then.label and view.then.label != paragraph.label:
        return _("Made on %(label)s of %(stage)s, in other words than now.") % words
    return _("Made on the words of %(stage)s, which have changed since.") % words


def _reply_line(access: Access, view: CommentView, number: int) -> ReplyLine:
    reply = view.replies[number]
    is_own = reply.seat_id == (access.seat.pk if access.seat else None)
    may_withdraw = is_own and not reply.withdrawn_at and access.may(Act.REPLY, on=view.row)
    return ReplyLine(
        who=reply.who or _("Facilitators"),
        when_text=_day_text(access, reply.at),
        text=reply.text,
        lang=reply.language,
        is_withdrawn=reply.withdrawn_at is not None,
        withdraw_url=_url(access, "withdraw_reply", reply.id) if may_withdraw else "",
    )


def _received_text(access: Access, row: Comment) -> str:
    """How a draft reached the secretariat; only its own delegation reads that."""
    if not row.received_by or row.received_on is None or not access.owns(row):
        return ""
    how = str(ReceivedVia(row.received_by).label)
    # Translators: a day, in the letters of Django's date formats: 7 May 2010
    day = date_format(row.received_on, _("j F Y"))
    entered = date_of(row.created_at, access.consultation.zone)
    words = {"how": how, "day": day, "entered": entered}
    return _("Received %(how)s on %(day)s; entered by the secretariat on %(entered)s.") % words


def _consent_text(access: Access, row: Comment) -> str:
    if row.consent == Consent.ROUND:
        return ""
    is_told = access.reads_all or access.owns(row) or access.shares(row)
    return capfirst(str(Consent(row.consent).label)) if is_told else ""


def _silence_text(access: Access, row: Comment) -> str:
    """The state of the silence on a group's draft; every reader of it sits in the room."""
    if row.submitted_at is not None or row.silence_until is None:
        return ""
    moment = {"moment": moment_words(access, row.silence_until)}
    if row.silence_broken_at:
        return _("A member broke silence. The silence until %(moment)s is over.") % moment
    if has_ended(row, access.moment):
        return _("Nobody broke silence by %(moment)s. The coordinator can submit it.") % moment
    return _("No objection by %(moment)s means consent.") % moment


def _note_line(access: Access, note: NoteView) -> NoteLine:
    named = _(", ").join(note.named)
    return NoteLine(note.who, _day_text(access, note.at), note.text, note.is_return, named)


def _return_note(row: Comment, notes: tuple[NoteLine, ...]) -> NoteLine | None:
    """The note with the last reason for which a draft was sent back, while it is."""
    if row.submitted_at or not row.is_returned:
        return None
    return next((note for note in reversed(notes) if note.is_return), None)


def _note_readers(row: Comment) -> str:
    if row.in_room and row.submitted_at is None:
        return _("Visible to the delegations in this group’s room only, now and later.")
    return _("Visible to your delegation only, now and after submission.")


def _stance_text(access: Access, who: str, review: ReviewView) -> str:
    """For example "France: maintains its position, 5 May", and the delegation's note."""
    if not review.stance or review.stance_at is None:
        return ""
    stance, day = Acknowledgement.Stance(review.stance).label, _day_text(access, review.stance_at)
    words = {"who": who, "stance": stance, "day": day}
    sentence = _("%(who)s: %(stance)s, %(day)s") % words
    return f"{sentence}. {review.stance_note}" if review.stance_note else sentence


def _url(access: Access, name: str, id: object) -> str:
    return reverse(name, args=[access.consultation.slug, id])


def _action(
    access: Access, label: str, name: str, id: object, *, is_post: bool = False
) -> CardAction:
    return CardAction(label, reverse(name, args=[access.consultation.slug, id]), is_post, name)


def _actions(
    access: Access, view: CommentView, paragraph: ParagraphView | None, allowed: Collection[Act]
) -> list[CardAction]:
    actions_on = _actions_on_draft if view.is_draft else _actions_on_input
    actions = actions_on(access, view, allowed)
    if paragraph is not None and _may_carry_over(access, view, paragraph):
        actions.append(_action(access, _("Carry over…"), "carry_over", view.id))
    if paragraph is not None and _may_copy(access, view, paragraph):
        label = _("Copy to a draft")
        actions.append(_action(access, label, "copy_proposal", view.id, is_post=True))
    return [*actions, _action(access, _("History"), "comment", view.id)]


def _may_copy(access: Access, view: CommentView, paragraph: ParagraphView) -> bool:
    """Whether another's proposal, made on the present words, may be copied to an own draft."""
    row = view.row
    is_here = row.wording.public_id == paragraph.wording_id and not paragraph.is_struck
    is_asked = is_here and view.state is CommentState.SUBMITTED and row.kind in PROPOSING_KINDS
    if not is_asked or access.has_on_record(row) or row.adopted_at:
        return False
    return bool(access.may(Act.DRAFT_COMMENT, on=row.round))


def _may_carry_over(access: Access, view: CommentView, paragraph: ParagraphView) -> bool:
    """Whether an own comment, made on earlier words, can be carried over to the present ones."""
    is_elsewhere = view.row.wording.public_id != paragraph.wording_id
    return is_elsewhere and not paragraph.is_struck and access.has_on_record(view.row)


def _actions_on_draft(
    access: Access, view: CommentView, allowed: Collection[Act]
) -> list[CardAction]:
    row, actions = view.row, []
    if Act.DRAFT_COMMENT in allowed:
        actions.append(_action(access, _("Edit"), "edit_comment", view.id))
    if Act.CLEAR_COMMENT in allowed:
        if view.state is CommentState.DRAFTED:
            actions.append(_action(access, _("Clear"), "clear_comment", view.id, is_post=True))
        actions.append(_action(access, _("Send back…"), "return_comment", view.id))
    elif Act.SEND_FOR_CLEARANCE in allowed and _is_not_sent(view):
        label = _("Send for clearance")
        actions.append(_action(access, label, "send_for_clearance", view.id, is_post=True))
    if Act.SUBMIT_COMMENT in allowed:
        actions.append(_action(access, _("Submit…"), "submit_comment", view.id))
    if Act.GIVE_DRAFT in allowed:
        actions.append(_action(access, _("Give to a colleague…"), "give_draft", view.id))
    if row.in_room:
        actions.append(_action(access, _("In the group’s room"), "group_room", row.seat.public_id))
    if Act.DISCARD_COMMENT in allowed:
        actions.append(_action(access, _("Discard"), "discard_comment", view.id))
    return actions


def _is_not_sent(view: CommentView) -> bool:
    """Whether it was not sent for clearance yet."""
    return view.state is CommentState.DRAFTED and not view.row.sent_for_clearance_at


def _actions_on_input(
    access: Access, view: CommentView, allowed: Collection[Act]
) -> list[CardAction]:
    row, actions = view.row, []
    own = _own_alignment(access, view)
    if own is not None:
        actions.append(_action(access, _("End alignment"), "end_alignment", own.id))
    elif Act.ALIGN in allowed:
        actions.append(_action(access, _("Align"), "align", view.id))
    actions += _facilitators_actions(access, view)
    if Act.REPLY in allowed:
        actions.append(_action(access, _("Reply"), "reply", view.id))
    if Act.DRAFT_VERSION in allowed:
        actions.append(_action(access, _("New version"), "supersede_comment", view.id))
    if Act.WITHDRAW_COMMENT in allowed:
        actions.append(_action(access, _("Withdraw"), "withdraw_comment", view.id))
    if view.review and access.may(Act.ACKNOWLEDGE_REVIEW, on=row):
        actions.append(_action(access, _("Acknowledge"), "acknowledge", view.review.id))
    if access.shares(row):
        actions.append(_action(access, _("In the group’s room"), "group_room", row.seat.public_id))
    if access.has_on_record(row):
        actions.append(_action(access, _("Outcome of our inputs"), "outcome_of_input", view.id))
    return actions


def _facilitators_actions(access: Access, view: CommentView) -> list[CardAction]:
    """Answering an input and incorporating its words, from its card."""
    row, actions = view.row, []
    if view.state is not CommentState.SUBMITTED:
        return []
    if access.may(Act.REVIEW, on=row) and not (view.closed and not view.review):
        label = _("Revise answer") if view.review else _("Answer")
        url = _url(access, "answer_in_thread", view.id)
        actions.append(CardAction(label, url, name="answer_in_thread", piece=f"answer-{view.id}"))
    if view.kind in TAKEABLE and access.may(Act.EDIT_TEXT, on=row.paragraph.draft):
        url = f"{_url(access, 'incorporate_words', row.paragraph.public_id)}?all={row.reference}"
        piece = f"take-{view.id}" if view.kind is CommentKind.REPLACE else ""
        actions.append(
            CardAction(_("Incorporate words"), url, name="incorporate_words", piece=piece)
        )
    return actions


def _own_alignment(access: Access, view: CommentView) -> AlignmentView | None:
    if access.seat is None or not access.may(Act.ALIGN):
        return None
    return next((a for a in view.aligned if a.seat_id == access.seat.pk), None)
