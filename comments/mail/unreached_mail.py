"""The mail that tells a group's coordinator, before a silence ends, whom it did not reach."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.acts.recipients import posts_to_tell
from comments.desks.rooms import GroupMembers, members_of_groups
from comments.desks.silence_reached import reach_of_members
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Comment
from consultations.models import Mail, MailKind
from consultations.outbox.choices import wants_none
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import key_of_post
from consultations.rules.phases import silence_running_filter
from consultations.wall_clock import words_for_reader
from delegations.models import Mandate
from drafts.models import Kind

# So long before the end there is time to ask; for a short silence, in its second half (choice).
LEAD = timedelta(hours=4)


def gather_unreached(now: datetime) -> list[int]:
    """Write the mails on silences that end soon, once for each silence; the keys of the mails."""
    rows = Comment.objects.filter(
        silence_running_filter(now), in_room=True, submitted_at=None, discarded_at=None
    )
    written = []
    for row in rows.filter(silence_until__lte=now + LEAD).select_related("seat", "consultation"):
        assert row.silence_from is not None and row.silence_until is not None  # it runs
        if now >= row.silence_from + (row.silence_until - row.silence_from) / 2:
            written += _gather(row, now)
    return written


@transaction.atomic
def _gather(row: Comment, now: datetime) -> list[int]:
    # The lock lets one gathering at a time see whether the mails were written.
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=row.pk)
    until = stored.silence_until.isoformat() if stored.silence_until else ""
    mails = Mail.objects.filter(kind=MailKind.UNREACHED, about=row.pk, facts__silence_until=until)
    if stored.silence_until != row.silence_until or mails.exists():
        return []
    return [mail.pk for mail in write_mails(_new_mails(row, now))]


def _new_mails(row: Comment, now: datetime) -> Iterator[Mail]:
    assert row.silence_until is not None
    mandates = Mandate.objects.holding(now).filter(group=row.seat.delegation_id)
    for post in posts_to_tell(mandates.values_list("coordinator", flat=True), in_any_case=True):
        yield Mail(
            kind=MailKind.UNREACHED,
            consultation=row.consultation,
            reader=post.user,
            capacity=key_of_post(post),
            about=row.pk,
            facts={"silence_until": row.silence_until.isoformat()},
        )


def compose_unreached(mail: Mail, now: datetime) -> Letter | None:
    """The mail to one of the coordinator's people; None where all were reached by now."""
    access = access_of(mail)
    if access is None:
        return None
    rows = (
        Comment.objects.visible_to(access)
        .unsent()
        .filter(silence_running_filter(now), pk=mail.about)
    )
    row = rows.select_related("seat", "wording__revision__draft").first()
    if row is None or not access.coordinates(row):
        return None
    members = members_of_groups(access, [row.seat]).get(row.seat_id, GroupMembers())
    names = [
        member.name for member in reach_of_members([row], members)[row.pk] if not member.is_reached
    ]
    return _letter(access, row, names) if names else None


def _letter(access: Access, row: Comment, names: list[str]) -> Letter:
    assert row.silence_until is not None
    consultation, revision = access.consultation, row.wording.revision
    own_zone = ZoneInfo(access.user.time_zone)
    values = {
        "group": row.seat.name_for_reader,
        "names": _(", ").join(names),
        "label": row.wording.label or str(Kind(row.wording.kind).label),
        "text": f"{revision.draft.title}, {revision.stage}",
        "moment": words_for_reader(row.silence_until, consultation.zone, own_zone),
        "role": access.capacity.role_words,
        "name": access.capacity.name,
    }
    url = reverse("group_room", args=[consultation.slug, row.seat.public_id])
    stop = stop_url(access.user, access.capacity.key)
    return Letter(
        to=access.user.email,
        subject=_("%(group)s: not all members were notified of the silence") % values,
        template="comments/mail/room",
        context={
            "consultation": consultation,
            "title": _("%(group)s: not reached") % values,
            "sentences": [
                _("Not reached: %(names)s.") % values,
                _("The silence on %(label)s of %(text)s ends %(moment)s.") % values,
                _("Ask them, or set a new silence that ends later."),
            ],
            "url": f"{settings.BASE_URL}{url}#c-{row.public_id}",
            "why": _("You receive this as %(role)s of %(name)s, which coordinates the group.")
            % values,
            "is_unwanted": wants_none(access),
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )
