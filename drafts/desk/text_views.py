"""The pages of the texts of a consultation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.rules.access import Access, Act
from consultations.time.wall_clock import day_of
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import set_draft, start_draft
from drafts.desk.forms import DraftSettingsForm, NewDraftForm
from drafts.desk.revision_links import RevisionLink
from drafts.desk.views import get_draft
from drafts.models import Draft


@require_safe
@with_access
def drafts(request: HttpRequest, access: Access) -> HttpResponse:
    """The texts, each with links to its revisions, in two queries."""
    drafts_in_order = list(Draft.objects.visible_to(access).prefetch_related("revisions"))
    context = {
        "access": access,
        "drafts_with_links": [(draft, _revision_links(access, draft)) for draft in drafts_in_order],
        "may_read_desk": bool(access.may(Act.READ_WORKING_TEXT)),
        "may_edit": bool(access.may(Act.EDIT_TEXT, on=access.consultation)),
        "may_set_texts": bool(access.may(Act.SET_TEXTS, on=access.consultation)),
        "may_circulate": bool(access.may(Act.CIRCULATE, on=access.consultation)),
    }
    return render(request, "drafts/desk/drafts.html", context)


@with_access
def new_draft(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a text, which comes last of those of the consultation."""
    access.require(Act.SET_TEXTS, on=access.consultation)
    form = NewDraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        place = access.consultation.drafts.count() + 1
        try:
            draft = start_draft(access=access, place=place, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, _as_address_error(error))
        else:
            messages.success(request, _("The text is created. Import a file, or write it here."))
            return redirect("desk", access.consultation.slug, draft.slug)
    status = 422 if form.errors else 200
    context = {"access": access, "form": form}
    return render(request, "drafts/desk/new.html", context, status=status)


@with_access
def settings(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Change the title, language and numbering of a text."""
    draft = get_draft(access, draft_slug, Act.SET_TEXTS)
    form = (
        DraftSettingsForm(request.POST)
        if request.method == "POST"
        else DraftSettingsForm.showing(draft)
    )
    if form.is_valid():
        try:
            set_draft(access=access, draft=draft, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. The paragraphs keep their labels."))
            return redirect("desk", access.consultation.slug, draft.slug)
    context = {
        "access": access,
        "draft": draft,
        "form": form,
        "is_circulated": draft.revisions.exists(),
    }
    return render(request, "drafts/desk/settings.html", context, status=422 if form.errors else 200)


def _revision_links(access: Access, draft: Draft) -> list[RevisionLink]:
    """The circulated revisions of a text, first to last. They are prefetched, so no query."""
    revisions = sorted(draft.revisions.all(), key=lambda revision: revision.number)
    zone = access.consultation.zone
    return [
        RevisionLink(
            label=revision.stage,
            url=reverse("reading", args=[access.consultation.slug, draft.slug, revision.number]),
            day=day_of(revision.circulated_at, zone),
        )
        for revision in revisions
    ]


def _as_address_error(error: ValidationError) -> ValidationError:
    """The error of a new text, to be shown at a field of its form.

    An error without a field comes from the constraint that a web address stands once in a
    consultation: it becomes one of the address.
    """
    if hasattr(error, "error_dict") and set(error.error_dict) - {"__all__"}:
        return error
    return ValidationError({"slug": _("This address is already in use. Choose another.")})
