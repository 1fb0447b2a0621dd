"""An input as a card: its words for the page, and what this reader may do with it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Acknowledgement, CommentState, Disposition
from comments.reading.threads import AlignmentView, CommentView, ParagraphView
from consultations.access import Access, Act
from consultations.wall_clock import day_of


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do with a card: a link, or a button where `is_post`."""

    label: str
    url: str
    is_post: bool = False


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
class Card:
    """What the template of a card takes."""

    view: CommentView
    note: str
    when_text: str
    state: str
    then_text: str
    place_text: str
    members_text: str
    aligned: tuple[tuple[str, str], ...]
    replies: tuple[ReplyLine, ...]
    answer: str
    answered_text: str
    is_private: bool
    stance: str
    acts: tuple[Way, ...]


def card_of(access: Access, view: CommentView, paragraph: ParagraphView | None = None) -> Card:
    """A card for one reader. Needs a view that was read `with_answers`."""
    return Card(
        view=view,
        note=_note(view),
        when_text=_day(access, view.at),
        state=_state(view),
        then_text=_then(view, paragraph),
        place_text=_("To stand after %(label)s.") % {"label": view.move_after}
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
        stance=_stance(view),
        acts=tuple(_acts(access, view)),
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
    if view.state is CommentState.DRAFTED:
        return _("draft, seen by your delegation only")
    if view.state is CommentState.CLEARED:
        return _("cleared, seen by your delegation only")
    return ""


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


def _stance(view: CommentView) -> str:
    if view.review is None or not view.review.stance:
        return ""
    stance = Acknowledgement.Stance(view.review.stance).label
    return _("%(who)s: %(stance)s") % {"who": view.who, "stance": stance}


def _url(access: Access, name: str, id: object) -> str:
    return reverse(name, args=[access.consultation.slug, id])


def _acts(access: Access, view: CommentView) -> list[Way]:
    return _acts_on_draft(access, view) if view.is_draft else _acts_on_input(access, view)


def _acts_on_draft(access: Access, view: CommentView) -> list[Way]:
    row, ways = view.row, []
    if access.may(Act.DRAFT_COMMENT, on=row):
        ways.append(Way(_("Edit"), _url(access, "edit_comment", view.id)))
    if access.may(Act.CLEAR_COMMENT, on=row):
        if view.state is CommentState.DRAFTED:
            ways.append(Way(_("Clear"), _url(access, "clear_comment", view.id), is_post=True))
        ways.append(Way(_("Send back…"), _url(access, "return_comment", view.id)))
    if access.may(Act.SUBMIT_COMMENT, on=row):
        ways.append(Way(_("Submit…"), _url(access, "submit_comment", view.id)))
    if access.may(Act.DISCARD_COMMENT, on=row):
        ways.append(Way(_("Discard"), _url(access, "discard_comment", view.id)))
    ways.append(Way(_("History"), _url(access, "comment", view.id)))
    return ways


def _acts_on_input(access: Access, view: CommentView) -> list[Way]:
    row, ways = view.row, []
    own = access.owns(row)
    mine = _own_alignment(access, view)
    if mine is not None:
        ways.append(Way(_("End alignment"), _url(access, "end_alignment", mine.id)))
    elif access.may(Act.ALIGN, on=row):
        ways.append(Way(_("Align"), _url(access, "align", view.id)))
    if access.may(Act.REPLY, on=row):
        ways.append(Way(_("Reply"), _url(access, "reply", view.id)))
    if own and access.may(Act.WITHDRAW_COMMENT, on=row):
        if access.may(Act.SUBMIT_COMMENT, on=row.round):
            ways.append(Way(_("New version"), _url(access, "supersede_comment", view.id)))
        ways.append(Way(_("Withdraw"), _url(access, "withdraw_comment", view.id)))
    if own and view.review and access.may(Act.ACKNOWLEDGE_REVIEW, on=row):
        ways.append(Way(_("Acknowledge"), _url(access, "acknowledge", view.review.id)))
    ways.append(Way(_("History"), _url(access, "comment", view.id)))
    return ways


def _own_alignment(access: Access, view: CommentView) -> AlignmentView | None:
    if access.seat is None or not access.may(Act.ALIGN):
        return None
    return next((a for a in view.aligned if a.seat_id == access.seat.pk), None)
