"""The page on which the secretariat follows the mails of a consultation."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.models import Mail, MailKind, MailState
from consultations.outbox.forms import MailFilterForm
from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail as the list shows it: its kind, its recipient and its state."""

    mail: Mail
    kind: str
    recipient_name: str
    address: str
    # The mail server's code, or a sentence where it gave none; shown where the mail did not go out.
    failure: str


@require_safe
@with_access
def mails(request: HttpRequest, access: Access) -> HttpResponse:
    """The mails that the secretariat may see, the latest first; none that tells of drafts."""
    access.require(Act.SEE_MAILS, on=access.consultation)
    form = MailFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    visible_mails = Mail.objects.visible_to(access)
    filtered_mails = visible_mails.in_state(MailState(state)) if state else visible_mails
    filtered_mails = filtered_mails.select_related("reader", "invitation").order_by(
        "-written_at", "-pk"
    )
    page = Paginator(filtered_mails, PAGE_SIZE).get_page(request.GET.get("page"))
    page_url = reverse("mails", args=[access.consultation.slug])
    context = {
        "access": access,
        "form": form,
        "page": page,
        "lines": [_mail_line(mail) for mail in page],
        "page_url": page_url,
        "clear_url": page_url if state else "",
        "waiting_count": visible_mails.in_state(MailState.WAITING).count(),
        "undelivered_count": visible_mails.undelivered().count(),
    }
    return render(request, "consultations/outbox/mails.html", context)


def _mail_line(mail: Mail) -> MailLine:
    """The line of a mail; one to an invited address has no name."""
    kind = str(MailKind(mail.kind).label)
    # A server's code begins with a digit; else it is the name of an error of the connection.
    failure = mail.why if mail.why[:1].isdigit() else _("the mail server did not answer")
    if mail.reader:
        return MailLine(mail, kind, mail.reader.name, mail.reader.email, failure)
    address = mail.invitation.email if mail.invitation else mail.address
    return MailLine(mail, kind, recipient_name="", address=address, failure=failure)
