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
from consultations.forms.setting_up_forms import PastedListForm
from consultations.lists.invitation_list import (
    InvitationList,
    InvitationRowState,
    read_invitation_list,
)
from consultations.lists.list_rows import UnreadableList
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act


@never_cache
@with_access
def invite_from_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Invite a list of people: pasted or uploaded, previewed row by row, then sent."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    is_post = request.method == "POST"
    form = PastedListForm(request.POST if is_post else None, request.FILES if is_post else None)
    if not is_post or not form.is_valid():
        return _paste_invitations_page(request, access, form)
    try:
        preview = read_invitation_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _paste_invitations_page(request, access, form)
    # Where a file is chosen although the button to confirm was pressed, its rows are shown first.
    if "confirm" not in request.POST or form.cleaned_data["file"]:
        return _paste_invitations_page(
            request, access, PastedListForm(initial={"rows": form.text}), preview
        )
    try:
        invitations = invite_all(actor=access, planned_invitations=preview.planned_invitations)
    except ValidationError as error:
        add_errors(form, error)
        return _paste_invitations_page(request, access, form, preview)
    messages.success(request, _invited_sentence(len(invitations)))
    rows_with_errors = [row.source for row in preview.rows_in_state(InvitationRowState.WRONG)]
    if not rows_with_errors:
        return redirect("unanswered", access.consultation.slug)
    # The rows that could not be read are shown again, to be corrected.
    error_rows_text = preview.parsed.as_text(rows_with_errors)
    next_form = PastedListForm(initial={"rows": error_rows_text})
    return _paste_invitations_page(
        request, access, next_form, read_invitation_list(access, error_rows_text)
    )


def _paste_invitations_page(
    request: HttpRequest,
    access: Access,
    form: PastedListForm,
    preview: InvitationList | None = None,
) -> HttpResponse:
    """The page with the field for a list, and what saving would do with each row of `preview`."""
    context = {
        "access": access,
        "form": form,
        "preview": preview,
        # The columns that are shown. The function is in the sentence of each row.
        "fields": [
            ("delegation", _("Delegation")),
            ("email", _("E-mail address")),
            ("name", _("Name")),
            ("language", _("Language")),
        ],
        "new_rows": preview.rows_in_state(InvitationRowState.NEW) if preview else [],
        "known_rows": preview.rows_in_state(InvitationRowState.KNOWN) if preview else [],
        "wrong_rows": preview.rows_in_state(InvitationRowState.WRONG) if preview else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/invitation_list.html", context, status=status)


def _invited_sentence(count: int) -> str:
    """How many people were invited; none where the button was pressed twice."""
    if not count:
        return _("All of them were invited before.")
    sentence = ngettext(
        "%(n)d person is invited. The e-mail is being sent.",
        "%(n)d people are invited. The e-mails are being sent.",
        count,
    )
    return sentence % {"n": count}
