"""Invite many people at once from a list, which is previewed row by row."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from consultations.acts.inviting import invite_all
from consultations.forms.errors import add_errors
from consultations.forms.setting_up_forms import ListForm
from consultations.lists.invitation_list import GuestState, InvitationList
from consultations.lists.invitation_list import invitation_list as read_invitation_list
from consultations.lists.list_rows import UnreadableList
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act


@never_cache
@with_access
def invitation_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Invite a list of people: pasted or uploaded, previewed row by row, then sent."""
    access.require(Act.SET_SEATS, on=access.consultation)
    is_post = request.method == "POST"
    form = ListForm(request.POST if is_post else None, request.FILES if is_post else None)
    if not is_post or not form.is_valid():
        return _list_page(request, access, form)
    try:
        preview = read_invitation_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _list_page(request, access, form)
    # A file that is chosen beside the button is read first, and shown.
    if "confirm" not in request.POST or form.cleaned_data["file"]:
        return _list_page(request, access, ListForm(initial={"rows": form.text}), preview)
    try:
        invited = invite_all(actor=access, guests=preview.guests)
    except ValidationError as error:
        add_errors(form, error)
        return _list_page(request, access, form, preview)
    sentence = ngettext(
        "%(n)d person is invited. The e-mail is being sent.",
        "%(n)d people are invited. The e-mails are being sent.",
        len(invited),
    )
    messages.success(request, sentence % {"n": len(invited)})
    wrong = [row.source for row in preview.of(GuestState.WRONG)]
    if not wrong:
        return redirect("unanswered", access.consultation.slug)
    wrong_rows = preview.parsed.as_text(wrong)
    next_form = ListForm(initial={"rows": wrong_rows})
    return _list_page(request, access, next_form, read_invitation_list(access, wrong_rows))


def _list_page(
    request: HttpRequest,
    access: Access,
    form: ListForm,
    preview: InvitationList | None = None,
) -> HttpResponse:
    context = {
        "access": access,
        "form": form,
        "listed": preview,
        "fields": [
            ("delegation", _("Delegation")),
            ("email", _("E-mail address")),
            ("name", _("Name")),
            ("language", _("Language")),
        ],
        "new": preview.of(GuestState.NEW) if preview else [],
        "known": preview.of(GuestState.KNOWN) if preview else [],
        "wrong": preview.of(GuestState.WRONG) if preview else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/invitation_list.html", context, status=status)
