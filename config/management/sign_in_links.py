"""What the commands `begin` and `help_person` share: they print a link that lets somebody in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations.models import MailKind
from consultations.outbox.sending import deliver
from consultations.outbox.writing import write_mail
from consultations.people.mail import sign_in_link_url
from delegations.helping import make_sign_in_link
from delegations.history import RecordedActor
from delegations.models import User


def hand_out_link(output: Any, *, actor: RecordedActor, user: User, is_mailed: bool) -> None:
    """Make a sign-in link and print it; mail it too where `is_mailed`.

    The mail goes out at once: on a new installation no worker may be up yet.
    """
    with transaction.atomic():
        link = make_sign_in_link(actor=actor, user=user)
        mail = (
            write_mail(MailKind.SIGN_IN, consultation=None, about=link.pk, reader=user)
            if is_mailed
            else None
        )
    output.write(f"Sign-in link, works once, for one day:\n{sign_in_link_url(link)}")
    if mail is not None and deliver(mail.pk):
        output.write(f"Mailed to {user.email}.")
    elif mail is not None:
        output.write("The mail server did not take the mail yet: pass the link on yourself.")


def error_in_one_line(error: ValidationError) -> str:
    """The messages of a validation error, with the names of the fields, in one line."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(ValidationError(errors).messages)}"
        for name, errors in error.error_dict.items()
    )
