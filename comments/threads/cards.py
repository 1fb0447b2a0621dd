"""The card of an input: its words for the page, and what this reader may do with it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext, pgettext

from comments.inputs.audience import draft_visibility_text, silence_sentence
from comments.inputs.queries import ShownAlignment
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
from comments.threads.internal import ShownNote, notes_of
from comments.threads.queries import ShownComment, ShownParagraph
from comments.threads.shown_answers import ShownReply, ShownReview
from consultations.models import Consent, Round
from consultations.rules.access import Access, Act
from consultations.rules.guards import why_record_is_closed
from consultations.time.wall_clock import date_of, day_of
from drafts.text.names import name_of_wording

# The acts that a card offers where the rules allow them, asked in one call: on drafts, on inputs.
# Answering, acknowledging and incorporating depend on more, and are asked one by one.
ACTS_ON_DRAFTS = (
    Act.DRAFT_COMMENT,
    Act.CLEAR_COMMENT,
    Act.SEND_FOR_CLEARANCE,
    Act.SUBMIT_COMMENT,
    Act.GIVE_DRAFT,
    Act.DISCARD_COMMENT,
    Act.WRITE_NOTE,
)
ACTS_ON_INPUTS = (Act.ALIGN, Act.REPLY, Act.DRAFT_VERSION, Act.WITHDRAW_COMMENT, Act.WRITE_NOTE)


@dataclass(frozen=True, slots=True)
class CardAction:
    """Something to do with a card: a link, or a button where `is_post`."""

    label: str
    url: str
    is_post: bool = False
    # The name of its address in `urls`, by which a page can leave it out.
    url_name: str = ""
    # The element of the card into which a script loads the page of the link; "" where none does.
    target_element_id: str = ""
    version: int | None = None  # of the draft, where the act is on the words that the card shows


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the facilitators made of an input, as the card shows it."""

    disposition: str
    observation: str
    when_text: str
    # What the delegation says to it.
    stance: str = ""
    is_unpublished: bool = False  # not published yet


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply as the card shows it."""

    replier_name: str
    when_text: str
    text: str
    lang: str
    is_withdrawn: bool
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """An internal note as the card shows it."""

    author_name: str
    when_text: str
    text: str
    is_return: bool  # it says why the draft was sent back
    mentioned_names: str  # of colleagues, joined by commas


@dataclass(frozen=True, slots=True)
class Card:
    """A `ShownComment` in words for one reader, with what they may do: for the card's template."""

    shown_comment: ShownComment
    subtitle: str
    when_text: str  # the day
    state_text: str  # how far a draft is
    # "new version of PRT-5": what a draft is to replace.
    version_text: str
    earlier_wording_text: str  # on which earlier words it was made
    move_text: str  # after which paragraph this one is to be placed
    members_text: str  # the members of the group whose input it is
    alignments: tuple[tuple[str, str], ...]  # (delegation, reservation)
    replies: tuple[ReplyLine, ...]
    answer: CardAnswer | None
    received_text: str  # how it reached the secretariat, on paper for example
    # The delegation's consent; shown to that delegation, the group's room and those who read all.
    consent_text: str
    silence_text: str  # how far the silence on a group's draft is
    # What stays among those who wrote the draft: notes, and why it was sent back.
    notes: tuple[NoteLine, ...]
    return_note: NoteLine | None
    note_url: str  # where one writes a note; "" for readers who may not
    note_visibility_text: str
    actions: tuple[CardAction, ...]


def card_of(
    access: Access,
    shown: ShownComment,
    paragraph: ShownParagraph | None = None,
    input_round: Round | None = None,
) -> Card:
    """A card for one reader. Needs a comment read `with_answers`, its notes `with_notes`.

    `input_round` is the round in which one drafts on the paragraph now.
    """
    note_lines = tuple(_note_line(access, note) for note in notes_of(shown.comment))
    allowed_acts = access.allowed_acts(
        ACTS_ON_DRAFTS if shown.is_draft else ACTS_ON_INPUTS, on=shown.comment
    )
    replaced_reference = shown.comment.replaced_reference
    return Card(
        shown_comment=shown,
        subtitle=_subtitle(shown),
        when_text=_day_text(access, shown.moment),
        state_text=_state_text(shown),
        version_text=_("new version of %(number)s") % {"number": replaced_reference}
        if replaced_reference
        else "",
        earlier_wording_text=_earlier_wording_text(shown, paragraph),
        move_text=_("To be placed after %(label)s.") % {"label": shown.move_after}
        if shown.move_after
        else "",
        members_text=_(", ").join(shown.member_names),
        alignments=tuple(
            (alignment.delegation_name, alignment.reservation) for alignment in shown.alignments
        ),
        replies=tuple(_reply_line(access, shown, reply) for reply in shown.replies),
        # A draft has no answer yet.
        answer=None if shown.is_draft else _card_answer(access, shown),
        received_text=_received_text(access, shown.comment),
        consent_text=_consent_text(access, shown.comment),
        # A silence runs on a draft of a room alone.
        silence_text=silence_sentence(access, shown.comment) if shown.comment.in_room else "",
        notes=note_lines,
        # The last reason for which it was sent back, until it is worked on.
        return_note=next((note for note in reversed(note_lines) if note.is_return), None)
        if shown.comment.is_returned
        else None,
        note_url=_url(access, "notes", shown.public_id) if Act.WRITE_NOTE in allowed_acts else "",
        note_visibility_text=_note_visibility_text(shown.comment),
        actions=tuple(_actions(access, shown, paragraph, input_round, allowed_acts)),
    )


def _subtitle(shown: ShownComment) -> str:
    """Of a group's input: who filed it, and how many members the group has; else empty."""
    sentences = []
    if shown.filing_delegation_name:
        sentences.append(_("filed by %(name)s") % {"name": shown.filing_delegation_name})
    if shown.member_names:
        count = len(shown.member_names)
        sentences.append(ngettext("%(n)d member", "%(n)d members", count) % {"n": count})
    return " · ".join(sentences)


def _day_text(access: Access, moment: datetime) -> str:
    return day_of(moment, access.consultation.zone)


def _state_text(shown: ShownComment) -> str:
    """How far a draft is, and who reads it; empty for an input."""
    if shown.is_draft and shown.comment.in_room:
        return draft_visibility_text(shown.comment)
    if shown.state is CommentState.DRAFTED and shown.comment.sent_for_clearance_at:
        return _("waiting for clearance, visible to your delegation only")
    if shown.state is CommentState.DRAFTED:
        return _("draft, visible to your delegation only")
    if shown.state is CommentState.CLEARED:
        return _("cleared, visible to your delegation only")
    return ""


def _card_answer(access: Access, shown: ShownComment) -> CardAnswer | None:
    """The disposition, or that the input was closed without one; None where neither."""
    if review := shown.review:
        return CardAnswer(
            disposition=capfirst(str(Disposition(review.disposition).label)),
            observation=review.observation,
            when_text=_day_text(access, review.published_at or review.decided_at),
            stance=_stance_text(access, shown.delegation_name, review),
            is_unpublished=review.published_at is None,
        )
    if closure := shown.closure:
        when_text = _day_text(access, closure.closed_at)
        return CardAnswer(_("Closed without an answer"), closure.reason, when_text)
    return None


def _earlier_wording_text(shown: ShownComment, paragraph: ShownParagraph | None) -> str:
    if shown.earlier_wording is None or paragraph is None:
        return ""
    values = {"stage": shown.earlier_wording.stage, "label": shown.earlier_wording.label}
    if not shown.earlier_wording.is_reworded:
        return _("Made on %(stage)s, where this was %(label)s.") % values
    if shown.earlier_wording.label != name_of_wording(paragraph):
        return _("Made on %(label)s of %(stage)s, in other words than now.") % values
    return _("Made on the words of %(stage)s, which have changed since.") % values


def _reply_line(access: Access, shown: ShownComment, reply: ShownReply) -> ReplyLine:
    # Facilitators have no seat, and neither have their replies.
    is_own = reply.seat_id == (access.seat.pk if access.seat else None)
    may_withdraw = is_own and not reply.withdrawn_at and access.may(Act.REPLY, on=shown.comment)
    return ReplyLine(
        replier_name=reply.delegation_name or _("Facilitators"),
        when_text=_day_text(access, reply.moment),
        text=reply.text,
        lang=reply.language,
        is_withdrawn=reply.withdrawn_at is not None,
        withdraw_url=_url(access, "withdraw_reply", reply.public_id) if may_withdraw else "",
    )


def _received_text(access: Access, comment: Comment) -> str:
    """How an input reached the secretariat that entered it; only its own delegation reads that."""
    if not comment.received_by or comment.received_on is None or not access.owns(comment):
        return ""
    received_via = str(ReceivedVia(comment.received_by).label)
    # Translators: a day, in the letters of Django's date formats: 7 May 2010
    day = date_format(comment.received_on, _("j F Y"))
    entered_on = date_of(comment.created_at, access.consultation.zone)
    values = {"how": received_via, "day": day, "entered": entered_on}
    return _("Received %(how)s on %(day)s; entered by the secretariat on %(entered)s.") % values


def _consent_text(access: Access, comment: Comment) -> str:
    """What the delegation allows with an input, where it is not what the round says."""
    if comment.consent == Consent.ROUND:
        return ""
    may_know = access.reads_all or access.owns(comment) or access.sits_in_group_room_of(comment)
    return capfirst(str(Consent(comment.consent).label)) if may_know else ""


def _note_line(access: Access, note: ShownNote) -> NoteLine:
    mentioned_names = _(", ").join(note.mentioned_names)
    return NoteLine(
        note.author_name,
        _day_text(access, note.written_at),
        note.text,
        note.is_return,
        mentioned_names,
    )


def _note_visibility_text(comment: Comment) -> str:
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


def _url(access: Access, url_name: str, public_id: UUID) -> str:
    return reverse(url_name, args=[access.consultation.slug, public_id])


def _action(
    access: Access, label: str, url_name: str, public_id: UUID, *, is_post: bool = False
) -> CardAction:
    url = reverse(url_name, args=[access.consultation.slug, public_id])
    return CardAction(label, url, is_post, url_name)


def _actions(
    access: Access,
    shown: ShownComment,
    paragraph: ShownParagraph | None,
    input_round: Round | None,
    allowed_acts: Collection[Act],
) -> list[CardAction]:
    if shown.is_draft:
        actions = _actions_on_draft(access, shown, allowed_acts)
    else:
        actions = _actions_on_input(access, shown, allowed_acts)
        if paragraph is not None and not paragraph.is_struck:
            actions += _actions_into_draft(access, shown, paragraph, input_round)
    return [*actions, _action(access, _("History"), "comment", shown.public_id)]


def _actions_into_draft(
    access: Access, shown: ShownComment, paragraph: ShownParagraph, input_round: Round | None
) -> list[CardAction]:
    """An own input on earlier words is carried over; another's proposal on these words copied."""
    comment = shown.comment
    is_on_these_words = comment.wording.public_id == paragraph.wording_public_id
    if access.has_on_record(comment):
        if is_on_these_words:
            return []
        return [_action(access, _("Carry over…"), "carry_over", shown.public_id)]
    is_proposal = shown.state is CommentState.SUBMITTED and comment.kind in PROPOSING_KINDS
    is_copiable = is_on_these_words and is_proposal and comment.adopted_at is None
    if is_copiable and input_round and access.may(Act.DRAFT_COMMENT, on=input_round):
        label = _("Copy to a draft")
        return [_action(access, label, "copy_proposal", shown.public_id, is_post=True)]
    return []


def _actions_on_draft(
    access: Access, shown: ShownComment, allowed_acts: Collection[Act]
) -> list[CardAction]:
    draft, actions = shown.comment, []
    if Act.DRAFT_COMMENT in allowed_acts:
        actions.append(_action(access, _("Edit"), "edit_comment", shown.public_id))
    if Act.CLEAR_COMMENT in allowed_acts:
        if shown.state is CommentState.DRAFTED:
            clear = _action(access, _("Clear"), "clear_comment", shown.public_id, is_post=True)
            actions.append(replace(clear, version=draft.version))
        actions.append(_action(access, _("Send back…"), "return_comment", shown.public_id))
    # One that waits for clearance is not sent again.
    elif (
        Act.SEND_FOR_CLEARANCE in allowed_acts
        and shown.state is CommentState.DRAFTED
        and not draft.sent_for_clearance_at
    ):
        label = _("Send for clearance")
        actions.append(_action(access, label, "send_for_clearance", shown.public_id, is_post=True))
    if Act.SUBMIT_COMMENT in allowed_acts:
        actions.append(_action(access, _("Submit…"), "submit_comment", shown.public_id))
    if Act.GIVE_DRAFT in allowed_acts:
        actions.append(_action(access, _("Give to a colleague…"), "give_draft", shown.public_id))
    if draft.in_room:
        actions.append(
            _action(access, _("In the group’s room"), "group_room", draft.seat.public_id)
        )
    if Act.DISCARD_COMMENT in allowed_acts:
        actions.append(_action(access, _("Discard"), "discard_comment", shown.public_id))
    return actions


def _actions_on_input(
    access: Access, shown: ShownComment, allowed_acts: Collection[Act]
) -> list[CardAction]:
    input, actions = shown.comment, []
    own_alignment = _own_alignment(access, shown)
    if own_alignment is not None:
        actions.append(
            _action(access, _("End alignment"), "end_alignment", own_alignment.public_id)
        )
    elif Act.ALIGN in allowed_acts:
        actions.append(_action(access, _("Align"), "align", shown.public_id))
    actions += _facilitators_actions(access, shown)
    if Act.REPLY in allowed_acts:
        actions.append(_action(access, _("Reply"), "reply", shown.public_id))
    if Act.DRAFT_VERSION in allowed_acts:
        actions.append(_action(access, _("New version"), "supersede_comment", shown.public_id))
    if Act.WITHDRAW_COMMENT in allowed_acts:
        actions.append(_action(access, _("Withdraw"), "withdraw_comment", shown.public_id))
    if shown.review and access.may(Act.ACKNOWLEDGE_REVIEW, on=input):
        actions.append(_action(access, _("Acknowledge"), "acknowledge", shown.review.public_id))
    if access.sits_in_group_room_of(input):
        actions.append(
            _action(access, _("In the group’s room"), "group_room", input.seat.public_id)
        )
    if access.has_on_record(input):
        actions.append(
            _action(access, _("Outcome of our inputs"), "outcome_of_input", shown.public_id)
        )
    return actions


def _facilitators_actions(access: Access, shown: ShownComment) -> list[CardAction]:
    """Answering an input and incorporating its words, from its card."""
    input, actions = shown.comment, []
    if shown.state is not CommentState.SUBMITTED:
        return []
    # One that was closed without an answer is reopened first, on another page.
    if access.may(Act.REVIEW, on=input) and not (shown.closure and not shown.review):
        label = _("Revise answer") if shown.review else pgettext("facilitators", "Answer")
        answer = _action(access, label, "answer_in_thread", shown.public_id)
        actions.append(replace(answer, target_element_id=f"answer-{shown.public_id}"))
    if shown.kind in INCORPORABLE_KINDS and access.may(Act.EDIT_TEXT, on=input.paragraph.draft):
        # "all" chooses every change of this input on that page.
        url = (
            f"{_url(access, 'incorporate_words', input.paragraph.public_id)}?all={input.reference}"
        )
        target_element_id = f"take-{shown.public_id}" if shown.kind is CommentKind.REPLACE else ""
        actions.append(
            CardAction(
                _("Incorporate words"),
                url,
                url_name="incorporate_words",
                target_element_id=target_element_id,
            )
        )
    return actions


def _own_alignment(access: Access, shown: ShownComment) -> ShownAlignment | None:
    """The own alignment, where it can be ended."""
    if access.seat is None or not access.may(Act.ALIGN):
        return None
    for alignment in shown.alignments:
        if alignment.seat_id == access.seat.pk and not why_record_is_closed(access, shown.comment):
            return alignment
    return None
