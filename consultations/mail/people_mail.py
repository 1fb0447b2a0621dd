"""Mails on who got a post, and whose address or sign-in changed: to the focal points, and to the
person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.models import Mail
from consultations.outbox.composed_mails import ComposedMail
from delegations.models import Post, User


def compose_post_given(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on who holds a post now; None where it has ended already or the reader is gone."""
    posts = Post.objects.select_related("user", "delegation")
    post = posts.filter(pk=mail.about, ended_at=None).first()
    if post is None or mail.reader is None:
        return None
    values = {
        "name": post.user,
        "email": post.user.email,
        "role": post.get_role_display(),
        "delegation": post.delegation.name,
    }
    sentence = (
        _("The invitation came from %(by)s.")
        if mail.facts.get("is_accepted")
        else _("The post was given by %(by)s.")
    )
    return _composed_mail(
        mail.reader.email,
        _("%(name)s is now %(role)s of %(delegation)s") % values,
        [
            _("%(name)s (%(email)s) is now %(role)s of %(delegation)s.") % values,
            sentence % {"by": _actor_name(mail)},
        ],
        _("If you did not expect this, end the post, and tell the secretariat."),
    )


def compose_address_changed(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on a changed address: to both addresses, and to the focal points.

    Its fact "state" is the id of the account's history record with the new address. None where
    the account is gone.
    """
    user = User.objects.filter(pk=mail.about).first()
    if user is None:
        return None
    record: Any = user.history.get(history_id=mail.facts["state"])
    previous_record = record.prev_record
    # The mail to the old address has no reader: it is in the language of the account.
    with override((mail.reader or user).interface_language):
        values = {
            "name": user,
            "old": previous_record.email if previous_record else "",
            "new": record.email,
        }
        return _composed_mail(
            mail.reader.email if mail.reader else mail.address,
            _("The address of %(name)s was changed") % values,
            [
                _("The account of %(name)s now has the address %(new)s. It was %(old)s.") % values,
                _("Sign-in codes are sent to the new address only."),
                _("It was changed by %(by)s.") % {"by": _actor_name(mail)},
            ],
            _("If you did not expect this, tell the secretariat at once."),
        )


def compose_second_step_ended(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on a sign-in step that was removed; None where the account or the reader is gone."""
    user = User.objects.filter(pk=mail.about).first()
    if user is None or mail.reader is None:
        return None
    values = {"name": user, "email": user.email}
    return _composed_mail(
        mail.reader.email,
        _("A second sign-in step of %(name)s was removed") % values,
        [
            _("%(name)s (%(email)s) now has one sign-in step fewer.") % values,
            _("It was removed by %(by)s.") % {"by": _actor_name(mail)},
        ],
        _("If you did not expect this, tell the secretariat at once."),
    )


def _actor_name(mail: Mail) -> str:
    """The name of who did it (the fact "by"); the operator where nobody was signed in."""
    user = User.objects.filter(pk=mail.facts.get("by")).first()
    return str(user) if user else _("the operator of the platform")


def _composed_mail(to: str, subject: str, lines: Sequence[str], warning: str) -> ComposedMail:
    """A mail of a few sentences; `warning` says what to do where the change was not expected."""
    return ComposedMail(
        to=to,
        subject=subject,
        template="consultations/mail/people",
        context={
            "title": subject,
            "lines": lines,
            "warning": warning,
            "url": f"{settings.BASE_URL}{reverse('home')}",
        },
    )
