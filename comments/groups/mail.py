"""The mails to a group's room, where its members draft together, on the events of `RoomEvent`.

They name the group, paragraphs, times and links, and hold no word of a draft, objection or note.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.groups.mail_reach import is_about_silence, reach_of_members
from comments.groups.queries import GroupMembers, RoomState, members_of_groups, state_in_room
from comments.inputs.citations import inline_citations
from comments.models import Comment, Objection
from comments.notifications.acts import RoomEvent, silence_facts
from comments.notifications.recipients import posts_to_tell
from comments.notifications.stopping import stop_url, stopping_headers
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from consultations.rules.phases import silence_unbroken_filter
from consultations.time.wall_clock import moment_in_words, moment_in_words_for_reader
from delegations.models import Mandate
from delegations.reader_names import name_for_reader


@dataclass(frozen=True, slots=True)
class RoomMailLine:
    """A paragraph as the mail names it."""

    number: str
    label: str
    source: str  # the revision: “Plan of action, Rev.1”


def compose_room(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on one event; None where it no longer holds: a later mail tells what came after."""
    access = access_of_reader(mail)
    if access is None:
        return None
    comments = [
        comment
        for comment in Comment.objects.visible_to(access)
        .filter(pk__in=mail.facts["comments"])
        .select_related("seat", "wording__revision__draft")
        .order_by("number", "pk")
        if access.sits_in_group_room_of(comment) and _still_holds(mail, comment, access.moment)
    ]
    return _compose(access, mail, comments) if comments else None


def _still_holds(mail: Mail, comment: Comment, moment: datetime) -> bool:
    """Whether the event that the mail tells is still true of this draft."""
    state = state_in_room(comment, moment)
    # Of a silence set again since, a later mail tells.
    is_same_silence_running = state is RoomState.SILENT and is_about_silence(mail, comment)
    return {
        RoomEvent.SILENCE_SET: is_same_silence_running,
        RoomEvent.OBJECTED: state is RoomState.OBJECTED,
        # Under silence again, or still broken by another objection.
        RoomEvent.OBJECTION_WITHDRAWN: state in {RoomState.SILENT, RoomState.OBJECTED},
        RoomEvent.DRAFT_CHANGED: state is RoomState.DRAFTED and comment.discarded_at is None,
        RoomEvent.SUBMITTED: comment.submitted_at is not None,
    }[RoomEvent(mail.facts["event"])]


def _compose(access: Access, mail: Mail, comments: Sequence[Comment]) -> ComposedMail:
    """The mail on an event in a group's room; `comments` are the drafts that it concerns.

    Several are submitted at once; every other event concerns one.
    """
    group, consultation = comments[0].seat, access.consultation
    event = RoomEvent(mail.facts["event"])
    # The name of the delegation that acted; None where no delegation did.
    actor_name = Seat.objects.filter(pk=mail.facts["by"]).values_list("name", flat=True).first()
    citations = inline_citations(comment.wording for comment in comments)
    stop_link = stop_url(access.user, access.capacity.key)
    url = reverse("group_room", args=[consultation.slug, group.public_id])
    title = _title(event, group.name_for_reader, len(comments))
    return ComposedMail(
        to=access.user.email,
        subject=_subject(event, title, comments[0], consultation.zone),
        template="comments/mail/sentences",
        context={
            "consultation": consultation,
            "title": title,
            "sentences": _sentences(access, event, comments[0], name_for_reader(actor_name or "")),
            "lines": [_mail_line(comment, citations[comment.wording_id]) for comment in comments],
            "url": f"{settings.BASE_URL}{url}"
            + (f"#c-{comments[0].public_id}" if len(comments) == 1 else ""),
            "why": _("You receive this as %(role)s of %(name)s, which sits in this group’s room.")
            % {"role": access.capacity.role_words, "name": access.capacity.name},
            "has_opted_out": has_opted_out(access, Topic.ROOM),
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )


def _title(event: RoomEvent, group_name: str, count: int) -> str:
    """What happened, in the name of the group; `count` is how many inputs were submitted."""
    if event is RoomEvent.SUBMITTED:
        return ngettext(
            "%(n)d input of %(group)s is submitted",
            "%(n)d inputs of %(group)s are submitted",
            count,
        ) % {"n": count, "group": group_name}
    titles = {
        RoomEvent.SILENCE_SET: _("%(group)s: a draft is under silence"),
        RoomEvent.OBJECTED: _("%(group)s: the silence is broken"),
        RoomEvent.OBJECTION_WITHDRAWN: _("%(group)s: an objection is withdrawn"),
        RoomEvent.DRAFT_CHANGED: _("%(group)s: the draft changed, the silence has ended"),
    }
    return titles[event] % {"group": group_name}


def _subject(event: RoomEvent, title: str, comment: Comment, zone: ZoneInfo) -> str:
    """The title; of a silence that was set, with its end."""
    if event is RoomEvent.SILENCE_SET and comment.silence_until:
        values = {"title": title, "moment": moment_in_words(comment.silence_until, zone)}
        return _("%(title)s until %(moment)s") % values
    return title


def _sentences(access: Access, event: RoomEvent, comment: Comment, actor_name: str) -> list[str]:
    """What happened and what it means, with the time in New York and in the reader's own zone."""
    own_zone = ZoneInfo(access.user.time_zone)
    silence_until = comment.silence_until
    values = {
        "by": actor_name,
        "moment": moment_in_words_for_reader(silence_until, access.consultation.zone, own_zone)
        if silence_until
        else "",
    }
    if event is RoomEvent.SILENCE_SET:
        return [
            _("No objection by %(moment)s means consent.") % values,
            _("To break silence, open the room. A deputy or a focal point can do this."),
        ]
    if event is RoomEvent.OBJECTED:
        return [
            _("Silence broken by: %(names)s. Nothing is submitted.")
            % {"names": _objecting_names(comment)},
            _("The coordinator sets a new silence when the draft is ready again."),
        ]
    if event is RoomEvent.OBJECTION_WITHDRAWN and comment.silence_broken_at is None:
        # It was the last objection.
        return [
            _("%(by)s withdrew its objection. The silence continues until %(moment)s.") % values
        ]
    if event is RoomEvent.OBJECTION_WITHDRAWN:
        objecting_values = {"names": _objecting_names(comment)} | values
        return [_("%(by)s withdrew its objection. Still objecting: %(names)s.") % objecting_values]
    if event is RoomEvent.DRAFT_CHANGED:
        return [
            _("%(by)s changed the words. Nobody has consented to the new words yet.") % values,
            _("The coordinator sets a new silence."),
        ]
    return [_("%(by)s submitted in the name of the group.") % values]


def _objecting_names(comment: Comment) -> str:
    objections = Objection.objects.filter(comment=comment, withdrawn_at=None)
    names = objections.order_by("seat__sort_key").values_list("seat__name", flat=True)
    return _(", ").join(name_for_reader(name) for name in names)


def _mail_line(comment: Comment, citation: str) -> RoomMailLine:
    revision = comment.wording.revision
    return RoomMailLine(
        number=comment.reference,
        label=citation,
        source=f"{revision.draft.title}, {revision.stage}",
    )


# --- Whom the mail on a silence did not reach ----------------------------------------------------


# The mail is written so long before the silence ends, when there is still time to ask the members,
# but never in the first half of a silence. Both are our own choice.
TIME_BEFORE_END = timedelta(hours=4)


def write_due_unreached_mails(now: datetime) -> list[int]:
    """Write the mails on silences that end soon, once for each silence. Returns the mails' ids."""
    # Drafts of group rooms on which a silence runs.
    running_drafts = Comment.objects.filter(
        silence_unbroken_filter(now), in_room=True, submitted_at=None, discarded_at=None
    )
    ending_drafts = running_drafts.filter(silence_until__lte=now + TIME_BEFORE_END)
    mail_ids = []
    for group_draft in ending_drafts.select_related("seat", "consultation"):
        silence_from, silence_until = group_draft.silence_from, group_draft.silence_until
        assert silence_from is not None and silence_until is not None  # the silence runs
        half_way = silence_from + (silence_until - silence_from) / 2
        if now >= half_way:
            mail_ids += _write_due_mails(group_draft, now)
    return mail_ids


@transaction.atomic
def _write_due_mails(group_draft: Comment, now: datetime) -> list[int]:
    """Write the mails on one silence; none where they were written, or the silence set again."""
    # The lock lets one run at a time see whether the mails were written.
    stored_draft = Comment.objects.select_for_update(of=("self",)).get(pk=group_draft.pk)
    earlier_mails = Mail.objects.filter(kind=MailKind.UNREACHED, about=group_draft.pk)
    if silence_facts(stored_draft) != silence_facts(group_draft) or any(
        is_about_silence(mail, stored_draft) for mail in earlier_mails
    ):
        return []
    return [mail.pk for mail in write_mails(_new_mails(group_draft, now))]


def _new_mails(group_draft: Comment, now: datetime) -> Iterator[Mail]:
    """Unsaved mails to deputies and focal points of the delegations that coordinate the group."""
    mandates = Mandate.objects.in_force(now).filter(group=group_draft.seat.delegation_id)
    for post in posts_to_tell(
        mandates.values_list("coordinator", flat=True), tells_focal_points_if_nobody_else=True
    ):
        yield Mail(
            kind=MailKind.UNREACHED,
            consultation=group_draft.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=group_draft.pk,
            facts=silence_facts(group_draft),
        )


def compose_unreached(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one of the coordinator's people; None where all were reached by now.

    None also where the silence no longer runs, or the reader's delegation no longer coordinates.
    """
    access = access_of_reader(mail)
    if access is None:
        return None
    running_drafts = (
        Comment.objects.visible_to(access)
        .unsubmitted()
        .filter(silence_unbroken_filter(now), pk=mail.about)
    )
    comment = running_drafts.select_related("seat", "wording__revision__draft").first()
    if comment is None or not access.coordinates(comment):
        return None
    members = members_of_groups(access, [comment.seat]).get(comment.seat_id, GroupMembers())
    member_names = [
        member.name
        for member in reach_of_members([comment], members)[comment.pk]
        if not member.is_reached
    ]
    return _compose_unreached(access, comment, member_names) if member_names else None


def _compose_unreached(access: Access, comment: Comment, member_names: list[str]) -> ComposedMail:
    """The mail that names the members who were not reached by the mails on a silence."""
    assert comment.silence_until is not None
    consultation, revision = access.consultation, comment.wording.revision
    own_zone = ZoneInfo(access.user.time_zone)
    values = {
        "group": comment.seat.name_for_reader,
        "names": _(", ").join(member_names),
        "label": inline_citations([comment.wording])[comment.wording_id],
        "text": f"{revision.draft.title}, {revision.stage}",
        "moment": moment_in_words_for_reader(comment.silence_until, consultation.zone, own_zone),
        "role": access.capacity.role_words,
        "name": access.capacity.name,
    }
    url = reverse("group_room", args=[consultation.slug, comment.seat.public_id])
    stop_link = stop_url(access.user, access.capacity.key)
    return ComposedMail(
        to=access.user.email,
        subject=_("%(group)s: not all members were notified of the silence") % values,
        template="comments/mail/sentences",
        context={
            "consultation": consultation,
            "title": _("%(group)s: not reached") % values,
            "sentences": [
                _("Not reached: %(names)s.") % values,
                _("The silence on %(label)s of %(text)s ends %(moment)s.") % values,
                _("Ask them, or set a new silence that ends later."),
            ],
            "url": f"{settings.BASE_URL}{url}#c-{comment.public_id}",
            "why": _("You receive this as %(role)s of %(name)s, which coordinates the group.")
            % values,
            "has_opted_out": has_opted_out(access),
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )
