"""Pass a draft on inside its delegation: send it for clearance, or give it to a colleague."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.drafting import lock_comment, save_next_version
from comments.acts.recipients import colleagues_of
from comments.acts.turns import tell_given, tell_to_clear
from comments.models import Comment
from consultations.rules.access import Access, Act
from delegations.models import User


@transaction.atomic
def send_for_clearance(*, access: Access, comment: Comment) -> Comment:
    """Send a draft for clearance; those who may clear it are told.

    It may also be cleared without this. A second click changes nothing, and neither does one on a
    draft that is cleared.
    """
    stored = lock_comment(comment)
    access.require(Act.SEND_FOR_CLEARANCE, on=stored)
    if stored.sent_for_clearance_at or stored.cleared_at:
        return stored
    stored.sent_for_clearance_at, stored.returned_at = access.moment, None
    tell_to_clear(access, stored)
    return save_next_version(access, stored)


@transaction.atomic
def give_draft(*, access: Access, comment: Comment, to: User) -> Comment:
    """Give a draft to a colleague of the same delegation, who then works on it and is told.

    The author can be given it back. Rights do not change: everybody in the delegation may still
    edit it.
    """
    stored = lock_comment(comment)
    access.require(Act.GIVE_DRAFT, on=stored)
    if to.pk not in {post.user_id for post in colleagues_of(access)}:
        raise ValidationError({"to": _("Choose a colleague of your delegation.")})
    if to.pk == stored.holder_id:
        return stored
    stored.given_to = None if to.pk == stored.author_id else to
    tell_given(access, stored)
    return save_next_version(access, stored)
