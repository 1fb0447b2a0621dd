"""The mails on people: invitations, links to sign in, posts given, addresses changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _, override

from consultations.models import FacilitationRole, FunctionInvitation, Mail, Seat
from consultations.outbox.composing import ComposedMail
from consultations.time.wall_clock import NEW_YORK, moment_in_words_for_reader
from delegations.invitations import account_of
from delegations.models import BaseInvitation, Invitation, Post, PostRole, SignInLink, User


def compose_invitation(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail of an invitation to a post; None where it is no longer open."""
    invitations = Invitation.objects.select_related("delegation", "invited_by", "succeeds__user")
    invitation = invitations.filter(mails=mail).first()
    return _composed_mail(mail, invitation) if invitation and invitation.is_open_at(now) else None


def compose_function_invitation(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail of an invitation to lead or serve; None where it is no longer open."""
    invitations = FunctionInvitation.objects.select_related("consultation", "invited_by")
    invitation = invitations.filter(pk=mail.about).first()
    return _composed_mail(mail, invitation) if invitation and invitation.is_open_at(now) else None


def _composed_mail(mail: Mail, invitation: Invitation | FunctionInvitation) -> ComposedMail:
    """The mail in the language of the account, else of the invitation, else of the inviter."""
    account = account_of(invitation.email)
    # A new user is never saved, and only asked for the language of the pages.
    reader = account or User(language=invitation.language or invitation.invited_by.language)
    with override(reader.interface_language):
        own_zone = ZoneInfo(account.time_zone) if account else NEW_YORK
        role_in_words = offered_role_in_words(invitation)
        is_reminder = mail.facts.get("is_reminder")
        subject = _("Reminder: invitation, %(what)s") if is_reminder else _("Invitation: %(what)s")
        return ComposedMail(
            to=invitation.email,
            subject=subject % {"what": role_in_words},
            template="consultations/people/mail/invitation",
            context={
                "invitation": invitation,
                "what": role_in_words,
                "inviter": invitation.invited_by,
                "consultation_titles": consultation_titles(invitation),
                "role_description": role_description(invitation.role),
                "until": moment_in_words_for_reader(invitation.expires_at, NEW_YORK, own_zone),
                "url": invitation_url(invitation),
            },
        )


def offered_role_in_words(invitation: Invitation | FunctionInvitation) -> str:
    """The post or function in an invitation: focal point of Portugal, co-facilitator of Ocean."""
    name = (
        invitation.delegation.name
        if isinstance(invitation, Invitation)
        else invitation.consultation.title
    )
    return _("%(role)s of %(name)s") % {"role": invitation.get_role_display(), "name": name}


def consultation_titles(invitation: Invitation | FunctionInvitation) -> str:
    """The consultations where the delegation sits; empty for a function, which names its own."""
    if isinstance(invitation, FunctionInvitation):
        return ""
    seats = Seat.objects.filter(delegation=invitation.delegation_id, ended_at=None)
    titles = seats.order_by("consultation__title").values_list("consultation__title", flat=True)
    return "; ".join(titles)


def role_description(role: str) -> str:
    """What a function allows, in one sentence for whoever takes it up."""
    sentences: dict[str, str] = {
        PostRole.FOCAL_POINT: _(
            "A focal point drafts and clears inputs, and submits them in the name of the "
            "delegation."
        ),
        PostRole.DEPUTY: _("A deputy drafts and clears inputs. A focal point submits them."),
        PostRole.CONTRIBUTOR: _("A contributor drafts inputs for the delegation."),
        FacilitationRole.CO_FACILITATOR: _(
            "Co-facilitator: leads, circulates texts, publishes reviews."
        ),
        FacilitationRole.STAFF: _("Staff: works on texts and reviews for the co-facilitators."),
        FacilitationRole.SECRETARIAT: _("Secretariat: seats, invitations, meetings, records."),
    }
    return sentences[role]


def invitation_url(invitation: BaseInvitation) -> str:
    """The full address in the mail."""
    return f"{settings.BASE_URL}{reverse('open_invitation', args=[token_of(invitation)])}"


def token_of(invitation: BaseInvitation) -> str:
    """The token in the link: the invitation's id under our signature."""
    return _signer().sign(str(invitation.public_id))


def invitation_of(token: str) -> Invitation | FunctionInvitation | None:
    """The invitation to which a link leads, open or not; None for a forged one."""
    try:
        public_id = _signer().unsign(token)
    except BadSignature:
        return None
    post_invitations = Invitation.objects.select_related(
        "delegation", "invited_by", "succeeds__user"
    )
    function_invitations = FunctionInvitation.objects.select_related(
        "consultation", "delegation", "invited_by"
    )
    return (
        post_invitations.filter(public_id=public_id).first()
        or function_invitations.filter(public_id=public_id).first()
    )


def _signer() -> Signer:
    """Signs with the platform's key; with this salt, so that no other link of ours fits."""
    return Signer(salt="consultations.invitation", sep=".")


# --- What became of posts and accounts -----------------------------------------------------------


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
    return _composed_news(
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
    earlier_records = user.history.filter(history_id__lt=record.history_id)
    previous_record = earlier_records.order_by("-history_id").first()
    # The mail to the old address has no reader: it is in the language of the account.
    with override((mail.reader or user).interface_language):
        values = {
            "name": user,
            "old": previous_record.email if previous_record else "",
            "new": record.email,
        }
        return _composed_news(
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
    return _composed_news(
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


def _composed_news(to: str, subject: str, lines: Sequence[str], warning: str) -> ComposedMail:
    """A mail of a few sentences; `warning` says what to do where the change was not expected."""
    return ComposedMail(
        to=to,
        subject=subject,
        template="consultations/people/mail/people",
        context={
            "title": subject,
            "lines": lines,
            "warning": warning,
            "url": f"{settings.BASE_URL}{reverse('home')}",
        },
    )


# --- Links to sign in ----------------------------------------------------------------------------


def compose_sign_in_link(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail with the link; None where it was used, or replaced, or has expired meanwhile."""
    link = SignInLink.objects.select_related("user").filter(pk=mail.about).first()
    if link is None or not link.is_open_at(now):
        return None
    own_zone = ZoneInfo(link.user.time_zone)
    return ComposedMail(
        to=link.user.email,
        subject=_("Sign in"),
        template="consultations/people/mail/sign_in_link",
        context={
            "url": sign_in_link_url(link),
            "until": moment_in_words_for_reader(link.expires_at, NEW_YORK, own_zone),
        },
    )


def sign_in_link_url(link: SignInLink) -> str:
    """The whole address: the link's id under our signature."""
    token = _link_signer().sign(str(link.public_id))
    return f"{settings.BASE_URL}{reverse('open_sign_in_link', args=[token])}"


def sign_in_link_of(token: str) -> SignInLink | None:
    """The link that an address carries, used or not; None for a forged one."""
    try:
        public_id = _link_signer().unsign(token)
    except BadSignature:
        return None
    return SignInLink.objects.select_related("user").filter(public_id=public_id).first()


def _link_signer() -> Signer:
    """Signs with the platform's key; with this salt, so that no other link of ours fits."""
    return Signer(salt="consultations.sign-in", sep=".")
