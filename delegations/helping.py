"""What an operator does for a person from the command line: an account, a way in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from delegations.history import RecordedBy, write
from delegations.models import SignInLink, User


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever may run commands on the server: nobody is signed in."""

    command: str
    user: None = None

    @property
    def capacity_words(self) -> str:
        return f"operator, {self.command}"


@transaction.atomic
def open_account(*, by: RecordedBy, email: str, name: str, language: str) -> User:
    """Open an account without a password. Raises ValidationError, with sentences per field."""
    user = User(email=email, name=name, language=language)
    user.set_unusable_password()
    return write(user, by=by)


@transaction.atomic
def open_desk_to(*, by: RecordedBy, user: User) -> User:
    """Let this person found consultations, and open the secretariat's desk."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    stored.is_staff = True
    return write(stored, by=by)


@transaction.atomic
def end_second_steps(*, by: RecordedBy, user: User) -> int:
    """Delete a person's app, passkeys and recovery codes; gives how many there were.

    The history of the account says who did it.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    ended, _by_model = Authenticator.objects.filter(user=stored).delete()
    write(stored, by=by)
    return int(ended)


@transaction.atomic
def make_sign_in_link(*, by: RecordedBy, user: User) -> SignInLink:
    """Make a new link that signs this person in; earlier ones stop working."""
    User.objects.select_for_update().get(pk=user.pk)
    now = timezone.now()
    SignInLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    link = SignInLink(user=user, made_by=by.capacity_words, made_at=now)
    link.save()
    return link


def use_sign_in_link(*, link: SignInLink, moment: datetime) -> bool:
    """Use a link up; False where it is used already, or too old. One of two at once succeeds.

    The query reads one table alone: with another joined, PostgreSQL would not look again at a row
    that somebody else has just used.
    """
    usable = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=moment)
    return bool(usable.update(used_at=moment))
