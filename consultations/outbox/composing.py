"""One mail to one person, as HTML with its plain-text twin, by the function of its kind."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import get_language, override

from consultations.models import Mail


class NotTaken(Exception):
    """The error raised when the mail server does not take a mail. Its message is only a code."""


class ServerAway(NotTaken):
    """The error raised when the mail server cannot be reached, for this mail or any other."""


class RefusedForGood(NotTaken):
    """The error raised when the server will never take this mail (RFC 5321: a reply of 5xx)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; like the mail, it holds no wording (domain, rule 20)."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail, not yet rendered. `template` has two files, `.html` and `.txt`."""

    to: str
    subject: str
    template: str
    context: Mapping[str, Any]
    # More headers, for example List-Unsubscribe, by which a mail program stops such mails.
    headers: Mapping[str, str] = field(default_factory=dict)
    # The language in which it was put together; it is rendered in the same one.
    language: str = field(default_factory=lambda: get_language() or settings.LANGUAGE_CODE)
    # The ids of the news in it, as ranges, so that no later mail repeats them; None where it has
    # no news.
    item_id_ranges: Mapping[str, str] | None = None
    attachments: Sequence[Attachment] = ()

    @property
    def text(self) -> str:
        """The plain-text twin: no line ends in a space, no two lines in a row are empty."""
        text = self._render("txt")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"

    @property
    def html(self) -> str:
        """The HTML, its small stylesheet written into the elements as mail readers need it."""
        return str(css_inline.inline(self._render("html"), load_remote_stylesheets=False))

    def send(self, *, message_id: str) -> None:
        """Hand the mail over. Raises NotTaken, or one of its two kinds, where it is not taken.

        The same `message_id` makes the same Message-ID: who gets a mail twice can tell. Of an error
        only a code is passed on, since its message may hold words.
        """
        mail = EmailMultiAlternatives(
            subject=" ".join(self.subject.split()),
            body=self.text,
            to=[self.to],
            headers={
                "Message-ID": f"<{message_id}@{urlsplit(settings.BASE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",  # so that no absence notice answers (RFC 3834)
                **self.headers,
            },
        )
        mail.attach_alternative(self.html, "text/html")
        for file in self.attachments:
            mail.attach(file.name, file.content, file.media_type)
        try:
            mail.send()
        except SMTPRecipientsRefused as refused:
            # One mail goes to one address, so there is one reply.
            raise _refusal(*next(iter(refused.recipients.values()))) from None
        except (SMTPConnectError, SMTPAuthenticationError) as error:
            # The server as a whole: another mail would fare no better.
            raise ServerAway(str(error.smtp_code)) from None
        except SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from None
        except (SMTPException, OSError) as error:
            raise ServerAway(type(error).__name__) from None

    def _render(self, extension: str) -> str:
        """One of the two files of the template, in the language of the mail."""
        with override(self.language):
            return render_to_string(f"{self.template}.{extension}", dict(self.context))


def _refusal(code: int, server_reply: bytes | str) -> NotTaken:
    """The error for a reply of the server, with its code (550) and its enhanced code (5.1.1).

    Not every server sends an enhanced code (RFC 3463).
    """
    message = (
        server_reply.decode(errors="replace") if isinstance(server_reply, bytes) else server_reply
    )
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}", message)
    codes = f"{code} {enhanced[0]}" if enhanced else str(code)
    return RefusedForGood(codes) if code >= 500 else NotTaken(codes)


# --- The function of each kind -------------------------------------------------------------------


# A function that takes a mail and the moment of sending, and returns the composed mail in the
# active language; None where there is nothing left to tell, or nobody who may read it. May raise
# WaitsForOtherMail.
Composer = Callable[[Mail, datetime], ComposedMail | None]


class WaitsForOtherMail(Exception):
    """The error raised when a mail can be composed only once another one has been sent."""


@cache
def composers() -> Mapping[str, Composer]:
    """The composer of each kind. ValueError where a kind of mail is in two tables."""
    composer_by_kind: dict[str, Composer] = {}
    for path in settings.MAIL_COMPOSERS:
        composers_of_app: Mapping[str, Composer] = import_string(path)
        if kinds_with_two := composer_by_kind.keys() & composers_of_app.keys():
            raise ValueError(f"Two composers for {sorted(kinds_with_two)}")
        composer_by_kind |= composers_of_app
    return composer_by_kind
