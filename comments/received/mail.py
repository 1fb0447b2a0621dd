"""The mail to a delegation on a draft comment that the secretariat entered for it.

The secretariat had received it by letter, by e-mail or at a meeting. It is a draft until a focal
point submits it.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.inputs.audience import time_limit_sentence, why_no_inputs_accepted
from comments.inputs.citations import inline_citations
from comments.models import Comment, ReceivedVia
from comments.notifications.stopping import stop_url, stopping_headers
from consultations.models import Mail
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access


def compose_received(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one post; None where the draft was submitted or discarded, or the post ended."""
    access = access_of_reader(mail)
    if access is None:
        return None
    unsubmitted_comments = Comment.objects.visible_to(access).unsubmitted().filter(pk=mail.about)
    comment = unsubmitted_comments.select_related(
        "seat", "round", "wording__revision__draft"
    ).first()
    return _compose(access, comment) if comment else None


def _compose(access: Access, comment: Comment) -> ComposedMail:
    """The mail on a draft comment that the secretariat entered and that waits for submission."""
    revision, consultation = comment.wording.revision, access.consultation
    why_closed = why_no_inputs_accepted(access, comment.round, revision.draft.adopted_at)
    values = {
        "name": comment.seat.name_for_reader,
        "how": str(ReceivedVia(comment.received_by).label),
        "label": inline_citations([comment.wording])[comment.wording_id],
        "text": f"{revision.draft.title}, {revision.stage}",
        "role": access.capacity.role_words,
    }
    url = reverse("workspace", args=[consultation.slug])
    stop_link = stop_url(access.user, access.capacity.key)
    return ComposedMail(
        to=access.user.email,
        subject=_("%(name)s: an input is ready for you to submit") % values,
        template="comments/mail/sentences",
        context={
            "consultation": consultation,
            "title": _("An input of %(name)s is ready to submit") % values,
            "sentences": [
                _("The secretariat entered it. It was received %(how)s, on %(label)s of %(text)s.")
                % values,
                _("It is a draft that only your delegation can read."),
                _("The facilitators get it only when a focal point submits it."),
                why_closed or time_limit_sentence(access, comment.round),
            ],
            "url": f"{settings.BASE_URL}{url}#c-{comment.public_id}",
            "why": _("You receive this as %(role)s of %(name)s.") % values,
            "has_opted_out": has_opted_out(access),
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )
