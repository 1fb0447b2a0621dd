"""One mail to one person: HTML with its plain-text twin, handed to the mail server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from django.utils.translation import get_language, override


class NotTaken(Exception):
    """The mail server did not take a mail now. Says no more than a code: no log names addresses."""


class ServerAway(NotTaken):
    """There is no mail server to be reached now, for this mail or any other."""


class RefusedForGood(NotTaken):
    """The mail server said that it never will take this mail (RFC 5321: a reply of 5xx)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; like the mail, it holds no wording (domain, rule 20)."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, not yet rendered. `template` has two files, `.html` and `.txt`."""

    to: str
    subject: str
    template: str
    context: Mapping[str, Any]
    # More headers of its own, for example what lets a mail reader stop such mails.
    headers: Mapping[str, str] = field(default_factory=dict)
    # The language in which it was put together; it is rendered in the same one.
    language: str = field(default_factory=lambda: get_language() or settings.LANGUAGE_CODE)
    # The ids of what it tells, in runs, so that no later mail tells it again; None where it does
    # not count.
    items: Mapping[str, str] | None = None
    attachments: Sequence[Attachment] = ()

    @property
    def text(self) -> str:
        """The plain-text twin: no line ends in a space, no two lines in a row are empty."""
        text = self._rendered("txt")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"

    @property
    def html(self) -> str:
        """The HTML, its small stylesheet written into the elements as mail readers need it."""
        return str(css_inline.inline(self._rendered("html"), load_remote_stylesheets=False))

    def send(self, *, message_id: str) -> None:
        """Hand the mail over. Raises NotTaken or RefusedForGood where the server does not take it.

        The same `message_id` makes the same Message-ID: who gets a mail twice can tell.
        """
        mail = EmailMultiAlternatives(
            subject=" ".join(self.subject.split()),
            body=self.text,
            to=[self.to],
            headers={
                "Message-ID": f"<{message_id}@{urlsplit(settings.BASE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
                **self.headers,
            },
        )
        mail.attach_alternative(self.html, "text/html")
        for file in self.attachments:
            mail.attach(file.name, file.content, file.media_type)
        try:
            mail.send()
        except SMTPRecipientsRefused as refused:
            # One mail goes to one address.
            raise _refusal(*next(iter(refused.recipients.values()))) from None
        except (SMTPConnectError, SMTPAuthenticationError) as error:
            # The server as a whole: another mail would fare no better.
            raise ServerAway(str(error.smtp_code)) from None
        except SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from None
        except (SMTPException, OSError) as error:
            raise ServerAway(type(error).__name__) from None

    def _rendered(self, ending: str) -> str:
        with override(self.language):
            return render_to_string(f"{self.template}.{ending}", dict(self.context))


def _refusal(code: int, sentence: bytes | str) -> NotTaken:
    """For good or for now, with the server's code, and its enhanced one where it gave one."""
    said = sentence.decode(errors="replace") if isinstance(sentence, bytes) else sentence
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}", said)
    words = f"{code} {enhanced[0]}" if enhanced else str(code)
    return RefusedForGood(words) if code >= 500 else NotTaken(words)
