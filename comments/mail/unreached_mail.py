"""The mail to a group's coordinator, before a silence in its room ends, on members not reached.

No mail on the silence reached these members, and by saying nothing they would consent.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.acts.notifications import is_about_silence, silence_facts
from comments.acts.recipients import posts_to_tell
from comments.desks.group_room_drafts import GroupMembers, members_of_groups
from comments.desks.silence_mail_reach import reach_of_members
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Comment
from comments.threads.citations import inline_citations
from consultations.models import Mail, MailKind
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from consultations.rules.phases import silence_unbroken_filter
from consultations.time.wall_clock import moment_in_words_for_reader
from delegations.models import Mandate

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
    return _compose(access, comment, member_names) if member_names else None


def _compose(access: Access, comment: Comment, member_names: list[str]) -> ComposedMail:
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
