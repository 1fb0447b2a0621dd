"""Read a mail server's report on a mail that bounced (RFC 3464), and mark that mail."""

from email import message_from_bytes, message_from_string, policy
from email.message import Message
from uuid import UUID

from django.utils import timezone

from consultations.models import Mail, MailKind

# No report is longer; the input of a pipe is not trusted.
MAX_BYTES = 5_000_000


def record_bounce(raw: bytes) -> Mail | None:
    """Mark the mail whose delivery failed for good; None where the report is on no such mail.

    A delay is no failure, and a report on a mail that is not ours changes nothing.
    """
    report = message_from_bytes(raw[:MAX_BYTES], policy=policy.default)
    status = _failed_status(report)
    mail = _mail_of(report)
    if not status or mail is None:
        return None
    mail.bounced_at, mail.why = timezone.now(), status[:60]  # the column holds no more
    mail.save(update_fields=["bounced_at", "why"])
    return mail


def _failed_status(report: Message) -> str:
    """The code of the first recipient for whom delivery failed; empty where none did."""
    for report_part in report.walk():
        if report_part.get_content_type() != "message/delivery-status":
            continue
        for headers in report_part.walk():
            if str(headers.get("Action", "")).strip().lower() == "failed":
                # 5.0.0: failed for good, for no reason that was given (RFC 3463).
                return str(headers.get("Status", "")).strip() or "5.0.0"
    return ""


def _mail_of(report: Message) -> Mail | None:
    """The mail whose Message-ID, "<kind-uuid@host>", is in the headers that the report returns."""
    for report_part in report.walk():
        # A report returns the whole mail, which is then one of the parts, or its headers as text.
        returned_mail = report_part
        if report_part.get_content_type() == "text/rfc822-headers":
            returned_mail = message_from_string(
                str(report_part.get_payload()), policy=policy.default
            )
        kind, _dash, id_and_host = (
            str(returned_mail.get("Message-ID", "")).strip("<> ").partition("-")
        )
        public_id = _uuid_or_none(id_and_host.partition("@")[0])
        # Not that of the report itself, which is a mail of the server.
        if report_part is not report and kind in MailKind.values and public_id:
            return Mail.objects.sent().filter(kind=kind, public_id=public_id).first()
    return None


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
