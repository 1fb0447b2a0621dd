"""What the commands that let people in have in common: the link that they print."""

from typing import Any

from django.core.exceptions import ValidationError

from consultations.mail.letters import NotTaken
from consultations.mail.sign_in_link_mail import mail_sign_in_link, sign_in_address
from delegations.helping import make_sign_in_link
from delegations.history import Hand
from delegations.models import User


def hand_out_link(out: Any, *, by: Hand, user: User, is_mailed: bool) -> None:
    """Make a sign-in link, print it, and mail it too where that is asked."""
    link = make_sign_in_link(by=by, user=user)
    out.write(f"Sign-in link, works once, for one day:\n{sign_in_address(link)}")
    if not is_mailed:
        return
    try:
        mail_sign_in_link(link)
    except NotTaken:
        out.write("The mail server did not take the mail: pass the link on yourself.")
    else:
        out.write(f"Mailed to {user.email}.")


def one_line(error: ValidationError) -> str:
    """What an act refused, with the names of the fields, in one line."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(ValidationError(errors).messages)}"
        for name, errors in error.error_dict.items()
    )
