"""Publish reviews in a batch: choose texts and sections, preview, confirm."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext

from comments.answers import acts
from comments.review.forms import PublishingForm
from comments.review.publishing import ReviewBatch, batch_of, parts_to_publish
from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access


@with_access
def publish_reviews(request: HttpRequest, access: Access) -> HttpResponse:
    """Choose what to publish, read it as each delegation will, then publish it as it was shown."""
    access.require(Act.PUBLISH_REVIEWS, on=access.consultation)
    publishable_parts = parts_to_publish(access)
    if not publishable_parts and request.method != "POST":
        messages.info(request, _("All reviews are published."))
        return redirect("review_queue", access.consultation.slug)
    form_data = request.POST if request.method == "POST" else request.GET
    form = PublishingForm(form_data if form_data else None, parts=publishable_parts)
    if not form.is_valid():
        context = {"access": access, "form": form}
        status = 422 if form.errors else 200
        return render(request, "comments/review/publish.html", context, status=status)
    batch = batch_of(access, form.chosen_parts())
    if request.method == "POST" and _publish(request, access, batch):
        return redirect("review_queue", access.consultation.slug)
    return _preview_page(request, access, form, batch)


def _publish(request: HttpRequest, access: Access, batch: ReviewBatch) -> bool:
    """Publish the batch of reviews and return True; False where it is no longer what was shown."""
    # The mark of the reviews that the page had shown; the act compares it with those of the batch.
    shown_mark = request.POST.get("seen", "")
    try:
        published_count = acts.publish_reviews(
            access=access, reviews=batch.reviews, shown_mark=shown_mark
        )
    except ValidationError:
        return False
    message = ngettext(
        "%(n)d review is published.", "%(n)d reviews are published.", published_count
    )
    messages.success(request, message % {"n": published_count})
    return True


def _preview_page(
    request: HttpRequest, access: Access, form: PublishingForm, batch: ReviewBatch
) -> HttpResponse:
    """The batch of reviews as delegations will read it, to be confirmed; 409 where it changed."""
    # A POST comes here only where the batch is no longer what was shown.
    is_changed = request.method == "POST"
    context = {
        "access": access,
        "batch": batch,
        "page": batch.page(access, request.GET.get("page")),
        "parts": form.cleaned_data["parts"],
        "is_changed": is_changed,
    }
    status = 409 if is_changed else 200
    return render(request, "comments/review/publish_preview.html", context, status=status)
