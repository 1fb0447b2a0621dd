"""An invitation on its way: the signed link, and the mail that brings it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.models import Mail
from consultations.outbox.letters import Letter
from consultations.wall_clock import words_for_reader
from delegations.invitations import account_of
from delegations.models import Invitation, PostRole

NEW_YORK = ZoneInfo("America/New_York")


def token_of(invitation: Invitation) -> str:
    """What the link carries: the invitation's id under our signature."""
    return _signer().sign(str(invitation.public_id))


def invitation_of(token: str) -> Invitation | None:
    """The invitation to which a link leads, open or not; None for a forged one."""
    try:
        public_id = _signer().unsign(token)
    except BadSignature:
        return None
    rows = Invitation.objects.select_related("delegation", "invited_by", "succeeds__user")
    return rows.filter(public_id=public_id).first()


def link_of(invitation: Invitation) -> str:
    """The address in the mail, whole."""
    return f"{settings.BASE_URL}{reverse('open_invitation', args=[token_of(invitation)])}"


def compose_invitation(mail: Mail, now: datetime) -> Letter | None:
    """The mail with the link; None where it was answered, revoked or replaced meanwhile."""
    rows = Invitation.objects.select_related("delegation", "invited_by", "succeeds__user")
    invitation = rows.filter(mails=mail).first()
    return _letter(invitation) if invitation and invitation.is_open_at(now) else None


def what_it_lets_do(role: str) -> str:
    """The one sentence on a function that everybody who takes it up should have read."""
    return {
        PostRole.FOCAL_POINT: _(
            "A focal point drafts and clears inputs, and submits them in the name of the "
            "delegation."
        ),
        PostRole.DEPUTY: _("A deputy drafts and clears inputs. A focal point submits them."),
        PostRole.CONTRIBUTOR: _("A contributor drafts inputs for the delegation."),
    }[PostRole(role)]


def _letter(invitation: Invitation) -> Letter:
    """In the language of the account, or of whoever invites where there is none yet."""
    account = account_of(invitation.email)
    with override((account or invitation.invited_by).interface_language):
        own = ZoneInfo(account.time_zone) if account else NEW_YORK
        words = {
            "role": invitation.get_role_display(),
            "delegation": invitation.delegation.name,
        }
        return Letter(
            to=invitation.email,
            subject=_("Invitation: %(role)s of %(delegation)s") % words,
            template="consultations/mail/invitation",
            context={
                "invitation": invitation,
                "role_words": words["role"],
                "delegation": invitation.delegation,
                "inviter": invitation.invited_by,
                "sentence": what_it_lets_do(invitation.role),
                "until": words_for_reader(invitation.expires_at, NEW_YORK, own),
                "url": link_of(invitation),
            },
        )


def _signer() -> Signer:
    return Signer(salt="consultations.invitation", sep=".")
