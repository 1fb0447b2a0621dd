"""The mail to a delegation for which the secretariat entered an input: that one waits, no word."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.mail.recipients import posts_to_tell, who_wants_none
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Comment, ReceivedBy
from consultations.mail.letters import Letter
from consultations.rules.access import Access
from consultations.rules.access_factory import enter, key_of_post
from consultations.wall_clock import words_for_reader
from delegations.models import Post
from drafts.models import Kind


def received_readers(key: int) -> list[int]:
    """The posts that are told, by key: deputies, and the focal points who can submit it."""
    delegation = Comment.objects.filter(pk=key).values_list("seat__delegation", flat=True)
    return posts_to_tell(delegation, in_any_case=True)


def send_received_mail(key: int, post: int) -> None:
    """Mail one post that an input waits. Raises NotTaken where no server takes it.

    Nothing where it was submitted or discarded meanwhile, or the post has ended.
    """
    held = Post.objects.held().select_related("user", "delegation").filter(pk=post).first()
    slug = Comment.objects.filter(pk=key).values_list("consultation__slug", flat=True).first()
    if held is None or slug is None:
        return
    try:
        access = enter(held.user, slug, key_of_post(held))
    except Http404:
        return
    waiting = Comment.objects.visible_to(access).unsent().filter(pk=key)
    row = waiting.select_related("seat", "round", "wording__revision__draft").first()
    if row is None:
        return
    with override(held.user.interface_language):
        letter = _letter(access, row, is_unwanted=bool(who_wants_none([held])))
        letter.send(message_id=f"received-{row.public_id}-{held.public_id}")


def _letter(access: Access, row: Comment, *, is_unwanted: bool) -> Letter:
    revision, consultation = row.wording.revision, access.consultation
    words = {
        "name": row.seat.name,
        "how": str(ReceivedBy(row.received_by).label),
        "label": row.wording.label or str(Kind(row.wording.kind).label),
        "text": f"{revision.draft.title}, {revision.stage}",
        "moment": words_for_reader(
            row.round.deadline, consultation.zone, ZoneInfo(access.user.time_zone)
        ),
        "role": access.capacity.role_words,
    }
    url = reverse("workspace", args=[consultation.slug])
    stop = stop_url(access.user, access.capacity.key)
    return Letter(
        to=access.user.email,
        subject=_("%(name)s: an input waits for you to submit it") % words,
        template="comments/mail/room",
        context={
            "consultation": consultation,
            "title": _("An input of %(name)s waits") % words,
            "sentences": [
                _("It came %(how)s, on %(label)s of %(text)s; the secretariat entered it.") % words,
                _("It is a draft that your delegation alone can read, the secretariat no more."),
                _("Nothing goes to the facilitators until a focal point submits it."),
                _("The round takes inputs until %(moment)s.") % words,
            ],
            "url": f"{settings.BASE_URL}{url}#c-{row.public_id}",
            "why": _("You receive this as %(role)s of %(name)s.") % words,
            "is_unwanted": is_unwanted,
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )
