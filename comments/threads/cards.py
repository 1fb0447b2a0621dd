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
    INCORPORABLE_KINDS,
    PROPOSING_KINDS,
    Acknowledgement,
    Comment,
    CommentKind,
    CommentState,
    Disposition,
    ReceivedVia,
)
from comments.threads.answer_views import ShownReview
from comments.threads.attached_rows import ShownAlignment
from comments.threads.audience import draft_visibility_text, moment_words
from comments.threads.notes import ShownNote, notes_of
from comments.threads.threads import ShownComment, ShownParagraph
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
    mentioned_names: str


@dataclass(frozen=True, slots=True)
class Card:
    """A `ShownComment` in words for one reader, with what they may do: for the card's template."""

    view: ShownComment
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


def card_of(access: Access, view: ShownComment, paragraph: ShownParagraph | None = None) -> Card:
    """A card for one reader. Needs a view that was read `with_answers`; notes, `with_notes`."""
    note_lines = tuple(_note_line(access, note) for note in notes_of(view.comment))
    allowed_acts = access.allowed(ON_DRAFTS if view.is_draft else ON_INPUTS, on=view.comment)
    return Card(
        view=view,
        note=_subtitle(view),
        when_text=_day_text(access, view.moment),
        state=_state_text(view),
        version_text=_version_text(view),
        then_text=_then_text(view, paragraph),
        place_text=_("To be placed after %(label)s.") % {"label": view.move_after}
        if view.move_after
        else "",
        members_text=_(", ").join(view.member_names),
        aligned=tuple((alignment.who, alignment.reservation) for alignment in view.alignments),
        replies=tuple(_reply_line(access, view, number) for number in range(len(view.replies))),
        answer=_card_answer(access, view),
        received_text=_received_text(access, view.comment),
        consent_text=_consent_text(access, view.comment),
        silence_text=_silence_text(access, view.comment),
        notes=note_lines,
        returned=_return_note(view.comment, note_lines),
        note_url=_url(access, "notes", view.id) if Act.WRITE_NOTE in allowed_acts else "",
        note_readers=_note_readers(view.comment),
        acts=tuple(_actions(access, view, paragraph, allowed_acts)),
    )


def _subtitle(view: ShownComment) -> str:
    sentences = []
    if view.filing_delegation_name:
        sentences.append(_("filed by %(name)s") % {"name": view.filing_delegation_name})
    if view.member_names:
        count = len(view.member_names)
        sentences.append(ngettext("%(n)d member", "%(n)d members", count) % {"n": count})
    return " · ".join(sentences)


def _day_text(access: Access, moment: datetime) -> str:
    return day_of(moment, access.consultation.zone)


def _state_text(view: ShownComment) -> str:
    if view.is_draft and view.comment.in_room:
        return draft_visibility_text(view.comment)
    if view.state is CommentState.DRAFTED and view.comment.sent_for_clearance_at:
        return _("waiting for clearance, visible to your delegation only")
    if view.state is CommentState.DRAFTED:
        return _("draft, visible to your delegation only")
    if view.state is CommentState.CLEARED:
        return _("cleared, visible to your delegation only")
    return ""


def _card_answer(access: Access, view: ShownComment) -> CardAnswer | None:
    """The disposition, or that it is closed without one."""
    if review := view.review:
        return CardAnswer(
            disposition=capfirst(str(Disposition(review.disposition).label)),
            observation=review.observation,
            when_text=_day_text(access, review.published_at or review.decided_at),
            stance=_stance_text(access, view.delegation_name, review),
            is_private=review.published_at is None,
        )
    if closed := view.closure:
        when_text = _day_text(access, closed.closed_at)
        return CardAnswer(_("Closed without an answer"), closed.reason, when_text)
    return None


def _version_text(view: ShownComment) -> str:
    number = view.comment.replaces
    return _("new version of %(number)s") % {"number": number} if number else ""


def _then_text(view: ShownComment, paragraph: ShownParagraph | None) -> str:
    if view.earlier_wording is None or paragraph is None:
        return ""
    values = {"stage": view.earlier_wording.stage, "label": view.earlier_wording.label}
    if not view.earlier_wording.is_reworded:
        return _("Made on %(stage)s, where this was %(label)s.") % values
    if view.earlier_wording.label and view.earlier_wording.label != paragraph.label:
        return _("Made on %(label)s of %(stage)s, in other words than now.") % values
    return _("Made on the words of %(stage)s, which have changed since.") % values


def _reply_line(access: Access, view: ShownComment, index: int) -> ReplyLine:
    reply = view.replies[index]
    is_own = reply.seat_id == (access.seat.pk if access.seat else None)
    may_withdraw = is_own and not reply.withdrawn_at and access.may(Act.REPLY, on=view.comment)
    return ReplyLine(
        who=reply.who or _("Facilitators"),
        when_text=_day_text(access, reply.moment),
        text=reply.text,
        lang=reply.language,
        is_withdrawn=reply.withdrawn_at is not None,
        withdraw_url=_url(access, "withdraw_reply", reply.id) if may_withdraw else "",
    )


def _received_text(access: Access, draft: Comment) -> str:
    """How a draft reached the secretariat; only its own delegation reads that."""
    if not draft.received_by or draft.received_on is None or not access.owns(draft):
        return ""
    received_via = str(ReceivedVia(draft.received_by).label)
    # Translators: a day, in the letters of Django's date formats: 7 May 2010
    day = date_format(draft.received_on, _("j F Y"))
    entered_on = date_of(draft.created_at, access.consultation.zone)
    values = {"how": received_via, "day": day, "entered": entered_on}
    return _("Received %(how)s on %(day)s; entered by the secretariat on %(entered)s.") % values


def _consent_text(access: Access, comment: Comment) -> str:
    if comment.consent == Consent.ROUND:
        return ""
    may_know = access.reads_all or access.owns(comment) or access.shares(comment)
    return capfirst(str(Consent(comment.consent).label)) if may_know else ""


def _silence_text(access: Access, draft: Comment) -> str:
    """The state of the silence on a group's draft; every reader of it sits in the room."""
    if draft.submitted_at is not None or draft.silence_until is None:
        return ""
    moment = {"moment": moment_words(access, draft.silence_until)}
    if draft.silence_broken_at:
        return _("A member broke silence. The silence until %(moment)s is over.") % moment
    if has_ended(draft, access.moment):
        return _("Nobody broke silence by %(moment)s. The coordinator can submit it.") % moment
    return _("No objection by %(moment)s means consent.") % moment


def _note_line(access: Access, note: ShownNote) -> NoteLine:
    mentioned_names = _(", ").join(note.mentioned_names)
    return NoteLine(
        note.author_name,
        _day_text(access, note.written_at),
        note.text,
        note.is_return,
        mentioned_names,
    )


def _return_note(draft: Comment, notes: tuple[NoteLine, ...]) -> NoteLine | None:
    """The note with the last reason for which a draft was sent back, while it is."""
    if draft.submitted_at or not draft.is_returned:
        return None
    return next((note for note in reversed(notes) if note.is_return), None)


def _note_readers(comment: Comment) -> str:
    if comment.in_room and comment.submitted_at is None:
        return _("Visible to the delegations in this group’s room only, now and later.")
    return _("Visible to your delegation only, now and after submission.")


def _stance_text(access: Access, delegation_name: str, review: ShownReview) -> str:
    """For example "France: maintains its position, 5 May", and the delegation's note."""
    if not review.stance or review.stance_at is None:
        return ""
    stance, day = Acknowledgement.Stance(review.stance).label, _day_text(access, review.stance_at)
    values = {"who": delegation_name, "stance": stance, "day": day}
    sentence = _("%(who)s: %(stance)s, %(day)s") % values
    return f"{sentence}. {review.stance_note}" if review.stance_note else sentence


def _url(access: Access, name: str, id: object) -> str:
    return reverse(name, args=[access.consultation.slug, id])


def _action(
    access: Access, label: str, name: str, id: object, *, is_post: bool = False
) -> CardAction:
    return CardAction(label, reverse(name, args=[access.consultation.slug, id]), is_post, name)


def _actions(
    access: Access,
    view: ShownComment,
    paragraph: ShownParagraph | None,
    allowed_acts: Collection[Act],
) -> list[CardAction]:
    get_actions = _actions_on_draft if view.is_draft else _actions_on_input
    actions = get_actions(access, view, allowed_acts)
    if paragraph is not None and _may_carry_over(access, view, paragraph):
        actions.append(_action(access, _("Carry over…"), "carry_over", view.id))
    if paragraph is not None and _may_copy(access, view, paragraph):
        label = _("Copy to a draft")
        actions.append(_action(access, label, "copy_proposal", view.id, is_post=True))
    return [*actions, _action(access, _("History"), "comment", view.id)]


def _may_copy(access: Access, view: ShownComment, paragraph: ShownParagraph) -> bool:
    """Whether another's proposal, made on the present words, may be copied to an own draft."""
    comment = view.comment
    is_on_these_words = (
        comment.wording.public_id == paragraph.wording_id and not paragraph.is_struck
    )
    is_proposal_in_force = (
        is_on_these_words
        and view.state is CommentState.SUBMITTED
        and comment.kind in PROPOSING_KINDS
    )
    if not is_proposal_in_force or access.has_on_record(comment) or comment.adopted_at:
        return False
    return bool(access.may(Act.DRAFT_COMMENT, on=comment.round))


def _may_carry_over(access: Access, view: ShownComment, paragraph: ShownParagraph) -> bool:
    """Whether an own comment, made on earlier words, can be carried over to the present ones."""
    is_on_other_words = view.comment.wording.public_id != paragraph.wording_id
    return is_on_other_words and not paragraph.is_struck and access.has_on_record(view.comment)


def _actions_on_draft(
    access: Access, view: ShownComment, allowed_acts: Collection[Act]
) -> list[CardAction]:
    draft, actions = view.comment, []
    if Act.DRAFT_COMMENT in allowed_acts:
        actions.append(_action(access, _("Edit"), "edit_comment", view.id))
    if Act.CLEAR_COMMENT in allowed_acts:
        if view.state is CommentState.DRAFTED:
            actions.append(_action(access, _("Clear"), "clear_comment", view.id, is_post=True))
        actions.append(_action(access, _("Send back…"), "return_comment", view.id))
    elif Act.SEND_FOR_CLEARANCE in allowed_acts and _is_not_sent(view):
        label = _("Send for clearance")
        actions.append(_action(access, label, "send_for_clearance", view.id, is_post=True))
    if Act.SUBMIT_COMMENT in allowed_acts:
        actions.append(_action(access, _("Submit…"), "submit_comment", view.id))
    if Act.GIVE_DRAFT in allowed_acts:
        actions.append(_action(access, _("Give to a colleague…"), "give_draft", view.id))
    if draft.in_room:
        actions.append(
            _action(access, _("In the group’s room"), "group_room", draft.seat.public_id)
        )
    if Act.DISCARD_COMMENT in allowed_acts:
        actions.append(_action(access, _("Discard"), "discard_comment", view.id))
    return actions


def _is_not_sent(view: ShownComment) -> bool:
    """Whether it was not sent for clearance yet."""
    return view.state is CommentState.DRAFTED and not view.comment.sent_for_clearance_at


def _actions_on_input(
    access: Access, view: ShownComment, allowed_acts: Collection[Act]
) -> list[CardAction]:
    input, actions = view.comment, []
    own_alignment = _own_alignment(access, view)
    if own_alignment is not None:
        actions.append(_action(access, _("End alignment"), "end_alignment", own_alignment.id))
    elif Act.ALIGN in allowed_acts:
        actions.append(_action(access, _("Align"), "align", view.id))
    actions += _facilitators_actions(access, view)
    if Act.REPLY in allowed_acts:
        actions.append(_action(access, _("Reply"), "reply", view.id))
    if Act.DRAFT_VERSION in allowed_acts:
        actions.append(_action(access, _("New version"), "supersede_comment", view.id))
    if Act.WITHDRAW_COMMENT in allowed_acts:
        actions.append(_action(access, _("Withdraw"), "withdraw_comment", view.id))
    if view.review and access.may(Act.ACKNOWLEDGE_REVIEW, on=input):
        actions.append(_action(access, _("Acknowledge"), "acknowledge", view.review.id))
    if access.shares(input):
        actions.append(
            _action(access, _("In the group’s room"), "group_room", input.seat.public_id)
        )
    if access.has_on_record(input):
        actions.append(_action(access, _("Outcome of our inputs"), "outcome_of_input", view.id))
    return actions


def _facilitators_actions(access: Access, view: ShownComment) -> list[CardAction]:
    """Answering an input and incorporating its words, from its card."""
    input, actions = view.comment, []
    if view.state is not CommentState.SUBMITTED:
        return []
    if access.may(Act.REVIEW, on=input) and not (view.closure and not view.review):
        label = _("Revise answer") if view.review else _("Answer")
        url = _url(access, "answer_in_thread", view.id)
        actions.append(CardAction(label, url, name="answer_in_thread", piece=f"answer-{view.id}"))
    if view.kind in INCORPORABLE_KINDS and access.may(Act.EDIT_TEXT, on=input.paragraph.draft):
        url = (
            f"{_url(access, 'incorporate_words', input.paragraph.public_id)}?all={input.reference}"
        )
        piece = f"take-{view.id}" if view.kind is CommentKind.REPLACE else ""
        actions.append(
            CardAction(_("Incorporate words"), url, name="incorporate_words", piece=piece)
        )
    return actions


def _own_alignment(access: Access, view: ShownComment) -> ShownAlignment | None:
    if access.seat is None or not access.may(Act.ALIGN):
        return None
    return next(
        (alignment for alignment in view.alignments if alignment.seat_id == access.seat.pk), None
    )
