"""Pass a draft on inside its delegation: send it for clearance, or give it to a colleague."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.drafting import lock_comment, save_next_version
from comments.acts.recipients import colleagues_of
from comments.acts.turn_notifications import notify_clearers, notify_new_holder
from comments.models import Comment
from consultations.rules.access import Access, Act
from delegations.models import User


@transaction.atomic
def send_for_clearance(*, access: Access, comment: Comment) -> Comment:
    """Send a draft for clearance; those who may clear it are told.

    It may also be cleared without this. A second click changes nothing, and neither does one on a
    draft that is cleared.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.SEND_FOR_CLEARANCE, on=stored_comment)
    if stored_comment.sent_for_clearance_at or stored_comment.cleared_at:
        return stored_comment
    stored_comment.sent_for_clearance_at, stored_comment.returned_at = access.moment, None
    notify_clearers(access, stored_comment)
    return save_next_version(access, stored_comment)


@transaction.atomic
def give_draft(*, access: Access, comment: Comment, colleague: User) -> Comment:
    """Give a draft to a colleague of the same delegation, who then works on it and is told.

    The author can be given it back. Rights do not change: everybody in the delegation may still
    edit it.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.GIVE_DRAFT, on=stored_comment)
    if colleague.pk not in {post.user_id for post in colleagues_of(access)}:
        raise ValidationError({"to": _("Choose a colleague of your delegation.")})
    if colleague.pk == stored_comment.holder_id:
        return stored_comment
    stored_comment.given_to = None if colleague.pk == stored_comment.author_id else colleague
    notify_new_holder(access, stored_comment)
    return save_next_version(access, stored_comment)
