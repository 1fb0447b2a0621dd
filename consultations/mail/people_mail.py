"""Mails to those who answer for a delegation: who came in, whose address or sign-in changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.models import Mail
from consultations.outbox.letters import Letter
from delegations.models import Post, User


def compose_post_given(mail: Mail, now: datetime) -> Letter | None:
    """Who holds a post from now on; None where it has ended already."""
    rows = Post.objects.select_related("user", "delegation")
    post = rows.filter(pk=mail.about, ended_at=None).first()
    if post is None or mail.reader is None:
        return None
    words = {
        "name": post.user,
        "email": post.user.email,
        "role": post.get_role_display(),
        "delegation": post.delegation.name,
    }
    said = (
        _("The invitation came from %(by)s.")
        if mail.facts.get("is_accepted")
        else _("The post was given by %(by)s.")
    )
    return _letter(
        mail.reader.email,
        _("%(name)s is now %(role)s of %(delegation)s") % words,
        [
            _("%(name)s (%(email)s) is now %(role)s of %(delegation)s.") % words,
            said % {"by": _by(mail)},
        ],
        _("If you did not expect this, end the post, and tell the secretariat."),
    )


def compose_address_changed(mail: Mail, now: datetime) -> Letter | None:
    """From which address to which: told at both, and to the focal points."""
    user = User.objects.filter(pk=mail.about).first()
    if user is None:
        return None
    state: Any = user.history.get(history_id=mail.facts["state"])
    before = state.prev_record
    with override((mail.reader or user).interface_language):
        words = {
            "name": user,
            "old": before.email if before else "",
            "new": state.email,
        }
        return _letter(
            mail.reader.email if mail.reader else mail.address,
            _("The address of %(name)s was changed") % words,
            [
                _("The account of %(name)s now has the address %(new)s. It was %(old)s.") % words,
                _("Sign-in codes are sent to the new address only."),
                _("It was changed by %(by)s.") % {"by": _by(mail)},
            ],
            _("If you did not expect this, tell the secretariat at once."),
        )


def compose_second_step_ended(mail: Mail, now: datetime) -> Letter | None:
    """That somebody signs in without a second step again."""
    user = User.objects.filter(pk=mail.about).first()
    if user is None or mail.reader is None:
        return None
    words = {"name": user, "email": user.email}
    return _letter(
        mail.reader.email,
        _("A second sign-in step of %(name)s was removed") % words,
        [
            _("%(name)s (%(email)s) now has one sign-in step fewer.") % words,
            _("It was removed by %(by)s.") % {"by": _by(mail)},
        ],
        _("If you did not expect this, tell the secretariat at once."),
    )


def _by(mail: Mail) -> str:
    """Who did it; an operator where nobody was signed in."""
    found = User.objects.filter(pk=mail.facts.get("by")).first()
    return str(found) if found else _("the operator of the platform")


def _letter(to: str, subject: str, lines: Sequence[str], otherwise: str) -> Letter:
    return Letter(
        to=to,
        subject=subject,
        template="consultations/mail/people",
        context={
            "title": subject,
            "lines": lines,
            "otherwise": otherwise,
            "url": f"{settings.BASE_URL}{reverse('home')}",
        },
    )
