"""Many people invited at once, by a list that is shown row by row first."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from consultations.acts.inviting import invite_all
from consultations.forms.frame_forms import add_errors
from consultations.forms.setting_up_forms import ListForm
from consultations.lists.invitation_list import GuestState, InvitationList
from consultations.lists.invitation_list import invitation_list as read_invitation_list
from consultations.lists.list_rows import UnreadableList
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act


@never_cache
@with_access
def invitation_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Invite a list of people: pasted or uploaded, shown row by row, then done."""
    access.require(Act.SET_SEATS, on=access.consultation)
    sent = request.method == "POST"
    form = ListForm(request.POST if sent else None, request.FILES if sent else None)
    if not sent or not form.is_valid():
        return _page(request, access, form)
    try:
        listed = read_invitation_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _page(request, access, form)
    # A file that is chosen beside the button is read first, and shown.
    if "take" not in request.POST or form.cleaned_data["file"]:
        return _page(request, access, ListForm(initial={"rows": form.text}), listed)
    try:
        invited = invite_all(access=access, guests=listed.guests)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, access, form, listed)
    words = ngettext(
        "%(n)d person is invited. The e-mail is being sent.",
        "%(n)d people are invited. The e-mails are being sent.",
        len(invited),
    )
    messages.success(request, words % {"n": len(invited)})
    wrong = [row.row for row in listed.of(GuestState.WRONG)]
    if not wrong:
        return redirect("unanswered", access.consultation.slug)
    left = listed.read.as_text(wrong)
    again = ListForm(initial={"rows": left})
    return _page(request, access, again, read_invitation_list(access, left))


def _page(
    request: HttpRequest,
    access: Access,
    form: ListForm,
    listed: InvitationList | None = None,
) -> HttpResponse:
    context = {
        "access": access,
        "form": form,
        "listed": listed,
        "fields": [
            ("delegation", _("Delegation")),
            ("email", _("E-mail address")),
            ("name", _("Name")),
            ("language", _("Language")),
        ],
        "new": listed.of(GuestState.NEW) if listed else [],
        "known": listed.of(GuestState.KNOWN) if listed else [],
        "wrong": listed.of(GuestState.WRONG) if listed else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/invitation_list.html", context, status=status)
