"""One mail to one person: HTML with its plain-text twin, handed to the mail server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


class NotTaken(Exception):
    """The mail server did not take a mail. Says no more: an address belongs in no log."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, not yet rendered. `template` has two files, `.html` and `.txt`."""

    to: str
    subject: str
    template: str
    context: Mapping[str, Any]
    # More headers of its own, for example what lets a mail reader stop such mails.
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The plain-text twin: no line ends in a space, no two lines in a row are empty."""
        text = render_to_string(f"{self.template}.txt", dict(self.context))
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"

    @property
    def html(self) -> str:
        """The HTML, its small stylesheet written into the elements as mail readers need it."""
        html = render_to_string(f"{self.template}.html", dict(self.context))
        return str(css_inline.inline(html, load_remote_stylesheets=False))

    def send(self, *, message_id: str) -> None:
        """Hand the mail over. Raises NotTaken where the server does not take it.

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
        try:
            mail.send()
        except (SMTPException, OSError) as error:
            raise NotTaken(type(error).__name__) from None
