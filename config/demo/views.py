"""The demo's pages of the mails that were sent, as a reader sees them; for this machine only."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import wraps
from pathlib import Path
from typing import Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

MAIL_NAME = re.compile(r"[0-9A-Za-z-]+")  # of a file, without .eml: it leads to no other folder
MAX_MAILS_SHOWN = 200

# We write these mails, but show them as if strangers had: no script, no picture, no form.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
}


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail, as a reader sees it."""

    name: str
    subject: str
    to: str
    sender: str
    sent_at: datetime | None  # None where it has no Date, or one that cannot be read
    text: str
    html: str


def demo_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Answer only in the demo, and only requests from this machine to a local address; else 404.

    Only GET and HEAD.
    """

    @wraps(view)
    def view_in_demo(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (settings.DEMO and is_from_loopback(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return require_safe(view_in_demo)


def is_from_loopback(request: HttpRequest) -> bool:
    """Whether the request was made on this machine; one that came through a proxy was not."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    # Without the port, if it has one.
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return host in {"127.0.0.1", "localhost", "[::1]"} and _is_loopback(
        request.META.get("REMOTE_ADDR", "")
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@demo_only
def mails(request: HttpRequest) -> HttpResponse:
    """The page with the latest mails, the newest first."""
    demo_mails = [_mail_from(path) for path in _mail_paths()[:MAX_MAILS_SHOWN]]
    return render(request, "demo/mails.html", {"mails": demo_mails})


@demo_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its plain text, with its links."""
    return render(request, "demo/mail.html", {"mail": _mail_from(_mail_path(name))})


@demo_only
@csp_override(MAIL_CSP)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML twin of a mail, in a sandbox of its own."""
    demo_mail = _mail_from(_mail_path(name))
    if not demo_mail.html:
        raise Http404
    return HttpResponse(demo_mail.html)


def _mail_paths() -> list[Path]:
    """The complete mails in the folder, the newest first; their names sort by time.

    One that is still being written has a name with a dot first.
    """
    folder = Path(settings.DEMO_MAIL_DIR)
    complete_mails = (path for path in folder.glob("*.eml") if not path.name.startswith("."))
    return sorted(complete_mails, reverse=True)


def _mail_path(name: str) -> Path:
    """The file of the mail with this name. Raises Http404 where there is none."""
    path = Path(settings.DEMO_MAIL_DIR) / f"{name}.eml"
    if not MAIL_NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


def _mail_from(path: Path) -> DemoMail:
    """The mail in a file."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(message, EmailMessage)  # what this policy makes
    date_header = message["Date"]
    return DemoMail(
        name=path.stem,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        sent_at=getattr(date_header, "datetime", None),  # None without a Date header
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    """The body of a mail as "plain" text or as "html"; empty where it has none."""
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
