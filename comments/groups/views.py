"""A group's room: who sits in it, what it drafts, and the acts by which it comes to agree.

In it the member delegations of a group draft inputs of the group. Its coordinator sets a silence on
a draft: a member that says nothing by its end consents.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.groups import acts
from comments.groups.acts import draft_to_join_again
from comments.groups.forms import ObjectionForm, RoomSilenceForm, suggested_room_silence_end
from comments.groups.mail_reach import MemberReach, reach_of_members
from comments.groups.queries import (
    GroupMembers,
    RoomDraft,
    RoomState,
    ShownObjection,
    WaitingDraft,
    comments_of_room,
    members_of_groups,
    room_drafts_of,
    unsent_room_drafts,
)
from comments.groups.sentences import waiting_sentence
from comments.inputs.addresses import (
    address_of_comment,
    address_of_revision,
    address_of_room,
    get_comment,
)
from comments.inputs.audience import ended_silence_sentence, moment_words, time_limit_sentence
from comments.inputs.lookup_form import ParagraphLookupForm, last_revision_by_slug
from comments.models import Comment, Objection, OptOut
from comments.notifications.acts import mark_room_mails_opened
from comments.threads.cards import Card, CardAction, card_of
from comments.threads.queries import shown_comment
from comments.threads.wordings import revisions_of_all_texts
from consultations.models import MailState, Seat
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import date_of, day_of, time_left
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access
from drafts.text.citing import citation_of_wording, place_in_stage


@dataclass(frozen=True, slots=True)
class GroupRoomLine:
    """A room in the list of rooms in which the delegation sits."""

    # The seat of the group.
    seat: Seat
    # Its members who sit in the consultation, those who do not, and who coordinates.
    members: GroupMembers
    # The names of its coordinators, joined by commas.
    coordinator_names: str
    # Whether the reader's delegation coordinates it.
    is_coordinated: bool
    # How many of its drafts are not submitted.
    draft_count: int
    # A sentence for each silence that runs, in a round that takes inputs.
    silence_sentences: tuple[str, ...]


@require_safe
@with_access
def groups(request: HttpRequest, access: Access) -> HttpResponse:
    """The rooms in which the delegation sits, with their members, drafts and silences."""
    access.require(Act.READ_DRAFT_COMMENT)  # a room holds drafts, which delegates alone read
    members_by_seat_id = members_of_groups(access, access.group_room_seats)
    waiting_drafts = unsent_room_drafts(access)
    coordinated_seat_ids = {seat.pk for seat in access.coordinated_seats}
    lines = [
        _group_room_line(
            access,
            seat,
            members_by_seat_id.get(seat.pk, GroupMembers()),
            coordinated_seat_ids,
            waiting_drafts,
        )
        for seat in sorted(access.group_room_seats, key=lambda seat: (seat.rank, seat.sort_key))
    ]
    context = {"access": access, "lines": lines, "today": _today(access)}
    return render(request, "comments/groups/groups.html", context)


def _today(access: Access) -> str:
    """The day of this request, in the zone of the consultation."""
    return date_of(access.moment, access.consultation.zone)


def _group_room_line(
    access: Access,
    seat: Seat,
    members: GroupMembers,
    coordinated_seat_ids: set[int],
    waiting_drafts: Iterable[WaitingDraft],
) -> GroupRoomLine:
    """A room in the list; `waiting_drafts` are the unsent drafts of all rooms of the delegation."""
    drafts_of_room = [draft for draft in waiting_drafts if draft.group_seat_id == seat.pk]
    silence_sentences = (
        waiting_sentence(access, draft)
        for draft in drafts_of_room
        if draft.state is RoomState.SILENT and draft.takes_inputs
    )
    return GroupRoomLine(
        seat=seat,
        members=members,
        coordinator_names=_(", ").join(member.name for member in members.coordinators),
        is_coordinated=seat.pk in coordinated_seat_ids,
        draft_count=len(drafts_of_room),
        silence_sentences=tuple(silence_sentences),
    )


# --- One room ------------------------------------------------------------------------------------


PAGE_SIZE = 50

# By the id of a draft: how far each member was told of the silence on it.
ReachByDraftId = Mapping[int, Sequence[MemberReach]]


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection as the page shows it."""

    delegation_name: str
    when_text: str
    reason: str
    # On a draft whose words were changed since: it is in force until a new silence is set.
    is_on_earlier_words: bool


@dataclass(frozen=True, slots=True)
class ReachedLine:
    """A member, and words for how far it was told."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft of the room, or an input of the group, with its buttons."""

    card: Card
    # Who drafted it.
    drafting_delegations: str
    state: str
    # "due" where the state asks for attention, else empty.
    tone: str
    # What the state means for the members.
    state_text: str
    # The objections that stand, and those that were withdrawn, by the member or by a new silence.
    objections: tuple[ObjectionLine, ...]
    withdrawn_objections: tuple[ObjectionLine, ...]
    # The names of members that dissociated from it.
    dissociated_names: str
    # For who coordinates: how far each member was told of the silence, and the names of those whom
    # no mail reached.
    reached: tuple[ReachedLine, ...]
    unreached_names: str
    buttons: tuple[CardAction, ...]


@dataclass(frozen=True, slots=True)
class RoomParagraph:
    """A paragraph with the room's drafts on it."""

    # How the paragraph is cited, the title of the text, and the stage of the revision.
    label: str
    text_title: str
    stage: str
    # The thread of the paragraph.
    url: str
    lines: tuple[DraftLine, ...]


@require_safe
@with_access
def group_room(request: HttpRequest, access: Access, seat_public_id: UUID) -> HttpResponse:
    """One room: its drafts by paragraph, its members, and a form to draft in it."""
    access.require(Act.READ_DRAFT_COMMENT)  # as in `groups`
    group_seat = get_group_seat(access, seat_public_id)
    # "text" is a field of the form that looks up a paragraph: that form is sent.
    lookup_parameters = request.GET if "text" in request.GET else None
    lookup = ParagraphLookupForm(
        lookup_parameters,
        access=access,
        revision_by_slug=last_revision_by_slug(revisions_of_all_texts(access)),
    )
    if lookup.is_valid() and lookup.wording is not None:
        return redirect(_writing_url(access, group_seat, lookup))
    members = members_of_groups(access, [group_seat]).get(group_seat.pk, GroupMembers())
    # Ids alone: `room_drafts_of` reads the drafts of this page.
    page = Paginator(comments_of_room(access, group_seat).only("pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    drafts = room_drafts_of(access, list(page), members)
    # The coordinator sees which members have opened the room since they were told by mail.
    mark_room_mails_opened(access, page)
    reach_by_draft_id = _reach_by_draft_id(access, group_seat, drafts, members)
    unsubmitted_drafts = [draft for draft in drafts if not draft.is_submitted]
    submitted_inputs = [draft for draft in drafts if draft.is_submitted]
    context = {
        "access": access,
        "seat": group_seat,
        "group_members": members,
        "members_with_days": _members_with_days(access, members),
        "today": _today(access),
        "is_coordinated": group_seat in access.coordinated_seats,
        "drafted_paragraphs": list(_room_paragraphs(access, unsubmitted_drafts, reach_by_draft_id)),
        "submitted_paragraphs": list(_room_paragraphs(access, submitted_inputs, reach_by_draft_id)),
        "page": page,
        "form": lookup if access.may(Act.DRAFT_COMMENT) else None,
    }
    status = 422 if lookup.errors else 200
    return render(request, "comments/groups/group_room.html", context, status=status)


def get_group_seat(access: Access, seat_public_id: UUID) -> Seat:
    """A group in whose room the delegation sits; for everybody else it does not exist."""
    group_seat = next(
        (
            candidate
            for candidate in access.group_room_seats
            if candidate.public_id == seat_public_id
        ),
        None,
    )
    if group_seat is None:
        raise Http404
    return group_seat


def _writing_url(access: Access, group_seat: Seat, lookup: ParagraphLookupForm) -> str:
    """The address of the form for a new draft of the group, on the paragraph that was looked up."""
    assert lookup.wording is not None
    paragraph_public_id = lookup.wording.paragraph.public_id
    url = address_of_revision(
        access,
        lookup.wording.revision,
        open=paragraph_public_id,
        write=1,
        room=str(group_seat.public_id),
    )
    return f"{url}#p-{paragraph_public_id}"


def _members_with_days(access: Access, members: GroupMembers) -> list[tuple[str, str]]:
    """The members who sit here, each with the day it became a member, where that is known."""
    return [
        # Translators: a day, in the letters of Django's date formats: 7 May 2010
        (member.name, date_format(member.since, _("j F Y")) if member.since else "")
        for member in members.seated_members
    ]


def _reach_by_draft_id(
    access: Access, group_seat: Seat, drafts: Iterable[RoomDraft], members: GroupMembers
) -> ReachByDraftId:
    """For a reader who coordinates the group: whom the mail on a silence reached.

    Of each draft whose silence runs or ended without objection. Other readers get nothing, without
    a query.
    """
    if group_seat not in access.coordinated_seats:
        return {}
    states_with_silence = {RoomState.SILENT, RoomState.AGREED}
    return reach_of_members(
        [draft.comment for draft in drafts if draft.state in states_with_silence], members
    )


def _room_paragraphs(
    access: Access, drafts: list[RoomDraft], reach_by_draft_id: ReachByDraftId
) -> Iterator[RoomParagraph]:
    """The drafts under the paragraphs that they were made on, in the order of the texts."""
    for _key, grouped_drafts in groupby(drafts, key=lambda draft: draft.comment.wording_id):
        drafts_on_wording = list(grouped_drafts)
        wording = drafts_on_wording[0].comment.wording
        yield RoomParagraph(
            label=citation_of_wording(wording),
            text_title=wording.revision.draft.title,
            stage=wording.revision.stage,
            url=address_of_comment(access, drafts_on_wording[0].comment),
            lines=tuple(
                _draft_line(access, draft, reach_by_draft_id.get(draft.comment.pk, ()))
                for draft in drafts_on_wording
            ),
        )


def _draft_line(
    access: Access, draft: RoomDraft, member_reaches: Sequence[MemberReach]
) -> DraftLine:
    """A draft of the room as its page shows it: the card, the silence, who objects, who was told.

    A member that dissociated from it is not waited for: it is left out of those told.
    """
    card = card_of(access, shown_comment(draft.comment))
    standing_objections = [objection for objection in draft.objections if objection.is_in_force]
    withdrawn_objections = [
        objection for objection in draft.objections if not objection.is_in_force
    ]
    names_of_opted_out = [opt_out.member_name for opt_out in draft.opt_outs]
    awaited_members = [member for member in member_reaches if member.name not in names_of_opted_out]
    return DraftLine(
        card=card,
        drafting_delegations=draft.drafting_delegation_names,
        state=capfirst(str(draft.state.label)),
        tone="due" if draft.state is RoomState.SILENT else "",
        state_text=_state_text(access, draft),
        objections=tuple(
            _objection_line(access, draft, objection) for objection in standing_objections
        ),
        withdrawn_objections=tuple(
            _objection_line(access, draft, objection) for objection in withdrawn_objections
        ),
        dissociated_names=_(", ").join(names_of_opted_out),
        reached=tuple(ReachedLine(member.name, reach_words(member)) for member in awaited_members),
        unreached_names=_(", ").join(
            member.name for member in awaited_members if not member.is_reached
        ),
        buttons=tuple(_draft_buttons(access, draft, card)),
    )


def reach_words(member: MemberReach) -> str:
    """How far a member was told of a silence, in words: opened, sent, waiting, returned."""
    return {
        None: _("has no deputy or focal point to notify"),
        MailState.PAGE_OPENED: _("opened the room"),
        MailState.SENT: _("e-mail sent"),
        MailState.WAITING: _("e-mail waiting"),
        MailState.BOUNCED: _("e-mail returned"),
        MailState.REFUSED: _("e-mail refused"),
        MailState.DROPPED: _("not notified in time"),
    }[member.state]


def _objection_line(access: Access, draft: RoomDraft, objection: ShownObjection) -> ObjectionLine:
    """An objection as the page shows it."""
    return ObjectionLine(
        delegation_name=objection.member_name,
        when_text=moment_words(access, objection.raised_at),
        reason=objection.reason,
        # A change of the words ends the silence.
        is_on_earlier_words=draft.comment.silence_until is None
        and draft.comment.submitted_at is None,
    )


def _state_text(access: Access, draft: RoomDraft) -> str:
    """What the state means for those in the room, with the hour in New York and at home."""
    comment = draft.comment
    if draft.state is RoomState.SUBMITTED:
        assert comment.submitted_at is not None
        return day_of(comment.submitted_at, access.consultation.zone)
    if comment.silence_until is None or draft.state is RoomState.WITHDRAWN:
        return ""
    if draft.state is RoomState.AGREED:
        return ended_silence_sentence(access, comment)
    placeholders = {"moment": moment_words(access, comment.silence_until)}
    if draft.state is RoomState.SILENT:
        time_to_end = time_left(comment.silence_until, access.moment)
        return _("No objection by %(moment)s means consent; %(left)s.") % (
            placeholders | {"left": time_to_end}
        )
    return _("The silence until %(moment)s is broken.") % placeholders


def _draft_buttons(access: Access, draft: RoomDraft, card: Card) -> Iterator[CardAction]:
    """The buttons that only a room has, then those of the card without its link to the room."""
    if draft.comment.submitted_at is None:
        yield from _room_buttons(access, draft)
    yield from (button for button in card.actions if button.url_name != "group_room")


def _room_buttons(access: Access, draft: RoomDraft) -> Iterator[CardAction]:
    """What this person may do about the silence and as a member: each leads to its own page."""
    comment, consultation_slug = draft.comment, access.consultation.slug

    def button(label: str, url_name: str, public_id: UUID) -> CardAction:
        return CardAction(
            label, reverse(url_name, args=[consultation_slug, public_id]), url_name=url_name
        )

    if access.may(Act.OBJECT, on=comment):
        if draft.own_objection:
            label = _("Withdraw objection…")
            yield button(label, "withdraw_objection", draft.own_objection.public_id)
        else:
            yield button(_("Break silence…"), "object_to", comment.public_id)
    if access.may(Act.SET_SILENCE, on=comment):
        is_first = comment.silence_until is None
        label = _("Set a silence…") if is_first else _("Set a new silence…")
        yield button(label, "set_silence", comment.public_id)
    if access.may(Act.OPT_OUT, on=comment):
        if draft.own_opt_out:
            yield button(_("Join again…"), "opt_in", draft.own_opt_out.public_id)
        else:
            yield button(_("Dissociate from this input…"), "opt_out", comment.public_id)


# --- The acts, each on a page that asks to confirm it --------------------------------------------


# What the pages and the access rules need of the comment of an objection.
_COMMENT_RELATIONS = (
    "comment__round",
    "comment__seat",
    "comment__wording__revision",
    "comment__paragraph__draft",
)


@with_access
def set_silence(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Put a draft under silence until a moment that the form asks for."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.SET_SILENCE, on=comment)
    form = RoomSilenceForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"until": suggested_room_silence_end(access, comment.round)},
    )

    def set_silence_until() -> None:
        until = form.cleaned_data["until"]
        acts.set_silence(access=access, comment=comment, until=until)

    return confirm(
        request,
        access,
        title=_("Set a silence on %(place)s") % {"place": _citation(comment)},
        sentences=[
            _(
                "Members in the room of %(group)s may break silence until then. No objection "
                "means consent."
            )
            % {"group": comment.seat.name_for_reader},
            _("Earlier objections no longer count."),
            time_limit_sentence(access, comment.round),
            _("After the silence you still have to submit."),
            _("Their deputies and focal points are notified by e-mail, without any wording."),
        ],
        button_label=_("Set the silence"),
        back_url=_room_url(access, comment),
        success_message=_("The draft is under silence. The room shows whom the e-mail reached."),
        act=set_silence_until,
        form=form,
    )


@with_access
def object_to(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Break the silence, in the name of the own delegation."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.OBJECT, on=comment)
    form = ObjectionForm(request.POST if request.method == "POST" else None)

    def break_silence() -> None:
        acts.object_to(access=access, comment=comment, **form.cleaned_data)

    return confirm(
        request,
        access,
        title=_("Break silence on %(place)s") % {"place": _citation(comment)},
        sentences=[
            _("This breaks the silence for your delegation. Nothing is submitted."),
            _("Only the room sees who broke silence and why."),
        ],
        button_label=_("Break silence"),
        back_url=_room_url(access, comment),
        success_message=_("The silence is broken. The members are notified."),
        act=break_silence,
        form=form,
        is_grave=True,
    )


@with_access
def withdraw_objection(
    request: HttpRequest, access: Access, objection_public_id: UUID
) -> HttpResponse:
    """Withdraw the own objection."""
    objections = Objection.objects.visible_to(access).select_related(*_COMMENT_RELATIONS)
    objection = get_object_or_404(
        objections, public_id=objection_public_id, seat=access.seat, withdrawn_at=None
    )
    access.require(Act.OBJECT, on=objection.comment)

    return confirm(
        request,
        access,
        title=_("Withdraw your objection to %(place)s?") % {"place": _citation(objection.comment)},
        sentences=[
            _("Without other objections, the silence continues until %(moment)s.")
            # `or` is for the type checker: without a silence the rule has refused.
            % {"moment": moment_words(access, objection.comment.silence_until or access.moment)},
        ],
        button_label=_("Withdraw objection"),
        back_url=_room_url(access, objection.comment),
        success_message=_("Your objection is withdrawn."),
        act=lambda: acts.withdraw_objection(access=access, objection=objection),
    )


@with_access
def opt_out(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Dissociate the own delegation from the group's input."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.OPT_OUT, on=comment)
    delegation_name = access.seat.name_for_reader if access.seat else ""
    return confirm(
        request,
        access,
        title=_("Dissociate from the input on %(place)s?") % {"place": _citation(comment)},
        sentences=[
            _("%(name)s is not listed under this input of %(group)s in any document.")
            % {"name": delegation_name, "group": comment.seat.name_for_reader},
            _("The other members can still submit it."),
            _("Until it is submitted you can join again."),
        ],
        button_label=_("Dissociate from this input"),
        back_url=_room_url(access, comment),
        success_message=_("Your delegation is dissociated from this input."),
        act=lambda: acts.opt_out(access=access, comment=comment),
        is_grave=True,
    )


@with_access
def opt_in(request: HttpRequest, access: Access, opt_out_public_id: UUID) -> HttpResponse:
    """Join the group's input again before it is submitted."""
    opt_outs = OptOut.objects.visible_to(access).select_related("comment")
    opt_out = get_object_or_404(
        opt_outs, public_id=opt_out_public_id, seat=access.seat, withdrawn_at=None
    )
    draft = get_comment(access, draft_to_join_again(opt_out).public_id)
    access.require(Act.OPT_OUT, on=draft)
    return confirm(
        request,
        access,
        title=_("Join %(place)s again?") % {"place": _citation(draft)},
        sentences=[
            _("Your delegation is listed as a member under this input of %(group)s again.")
            % {"group": draft.seat.name_for_reader}
        ],
        button_label=_("Join again"),
        back_url=_room_url(access, draft),
        success_message=_("Your delegation is listed with the others again."),
        act=lambda: acts.opt_in(access=access, opt_out=opt_out),
    )


def _citation(comment: Comment) -> str:
    """How a draft is cited, by its paragraph. Needs `wording__revision`."""
    wording = comment.wording
    return place_in_stage(wording, wording.revision.stage)


def _room_url(access: Access, comment: Comment) -> str:
    """The address of the draft in the room of its group."""
    return address_of_room(access, comment.seat.public_id, comment.public_id)
