"""What an operator does for a person from the command line: an account, a sign-in link.

`Operator` records every act without a signed-in person, also those of other modules.
"""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from delegations.history import RecordedActor, write
from delegations.models import SignInLink, User


@dataclass(frozen=True, slots=True)
class Operator:
    """An actor for the history where nobody is signed in: a command, a sign-in by a provider."""

    # What acts: "manage.py begin", "sign-in by <id of the identity provider>".
    recorded_as: str
    user: None = None

    @property
    def capacity_words(self) -> str:
        return f"operator, {self.recorded_as}"

    @property
    def moment(self) -> datetime:
        return timezone.now()


@transaction.atomic
def open_account(*, actor: RecordedActor, email: str, name: str, language: str) -> User:
    """Open an account without a password. Raises ValidationError, with sentences per field."""
    user = User(email=email, name=name, language=language)
    user.set_unusable_password()
    return write(user, by=actor)


@transaction.atomic
def open_desk_to(*, actor: RecordedActor, user: User) -> User:
    """Let this person found consultations, and open the secretariat's desk (Django's admin)."""
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    stored_user.is_staff = True
    return write(stored_user, by=actor)


@transaction.atomic
def end_second_steps(*, actor: RecordedActor, user: User) -> int:
    """Delete a person's second steps: authenticator app, passkeys, recovery codes.

    Returns how many there were. The account is written too, so that its history says who did it.
    """
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    deleted_count, _by_model = Authenticator.objects.filter(user=stored_user).delete()
    write(stored_user, by=actor)
    return int(deleted_count)


@transaction.atomic
def make_sign_in_link(*, actor: RecordedActor, user: User) -> SignInLink:
    """Make a new link that signs this person in; earlier ones stop working."""
    User.objects.select_for_update().get(pk=user.pk)  # of two links made at once, one works
    moment = timezone.now()
    SignInLink.objects.filter(user=user, used_at=None, expires_at__gt=moment).update(
        expires_at=moment
    )
    link = SignInLink(user=user, made_by=actor.capacity_words, made_at=moment)
    link.save()
    return link


def use_sign_in_link(*, link: SignInLink, moment: datetime) -> bool:
    """Mark a link as used; False where it is used already, or too old.

    Of two requests at the same time one succeeds. So the query reads one table: with another one
    joined, PostgreSQL would not check again a row that the other request has just marked.
    """
    usable_links = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=moment)
    return bool(usable_links.update(used_at=moment))
