"""The facilitators' desk: what waits for an answer, one paragraph at a time, and publishing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.acts import answering
from comments.desks.on_desk import incorporations_by_comment
from comments.desks.queue import MANY, count_unpublished, queue_page, unpublished_by_text
from comments.forms.comment_forms import ReviewForm
from comments.forms.publishing_form import PublishingForm
from comments.models import Disposition, Incorporation
from comments.pages.reading_context import ReadingSelection, address_of, reading_of, text_title
from comments.pages.writing_pages import comment_of
from comments.threads.cards import Card, card_of
from comments.threads.threads import home_of, thread_of
from consultations.forms.frame_forms import add_errors
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.models import Wording


@require_safe
@never_cache
@with_access
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    """The paragraphs that were spoken of, in text order, each with what is unanswered."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    page = queue_page(access, request.GET.get("page"))
    waiting = count_unpublished(access)
    context = {
        "access": access,
        "page": page,
        "waiting": waiting,
        "many": MANY if waiting >= MANY else 0,
        "may_publish": bool(access.may(Act.PUBLISH_REVIEWS, on=access.consultation)),
    }
    return render(request, "comments/review_queue.html", context)


@require_safe
@never_cache
@with_access
def review_paragraph(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """One paragraph: the words now, every proposal below as a redline, and the answers."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    return _paragraph_page(request, access, paragraph)


@never_cache
@with_access
def review_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Answer an input; seen by facilitators and secretariat only, until it is published."""
    stored = comment_of(access, comment)
    access.require(Act.REVIEW, on=stored)
    paragraph = stored.paragraph.public_id
    if request.method != "POST":
        return redirect("review_paragraph", access.consultation.slug, paragraph)
    form = ReviewForm(request.POST, comment=comment)
    if form.is_valid():
        try:
            answering.review(access=access, comment=stored, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return _paragraph_page(request, access, paragraph, {comment: form})
    messages.success(request, _("%(number)s is answered.") % {"number": stored.reference})
    url = reverse("review_paragraph", args=[access.consultation.slug, paragraph])
    page = request.POST.get("page", "")
    return redirect(f"{url}?page={page}#c-{comment}" if page.isdigit() else f"{url}#c-{comment}")


@never_cache
@with_access
def publish_reviews(request: HttpRequest, access: Access) -> HttpResponse:
    """Publish the reviews of one text in a batch, once it is confirmed."""
    access.require(Act.PUBLISH_REVIEWS, on=access.consultation)
    waiting = unpublished_by_text(access)
    back = reverse("review_queue", args=[access.consultation.slug])
    if not waiting:
        messages.info(request, _("All reviews are published."))
        return redirect(back)
    form = PublishingForm(request.POST if request.method == "POST" else None, waiting=waiting)
    return confirm(
        request,
        access,
        title=_("Publish reviews"),
        lines=[
            _("Everyone who may read an input can then read its review."),
            _("This cannot be undone. To change an answer, publish a new review."),
        ],
        label=_("Publish"),
        back=back,
        done=_("The reviews are published."),
        act=lambda: answering.publish_reviews(access=access, reviews=form.chosen(access)),
        form=form,
    )


def _paragraph_page(
    request: HttpRequest,
    access: Access,
    paragraph: UUID,
    forms: dict[UUID, ReviewForm] | None = None,
) -> HttpResponse:
    forms = forms or {}
    number = request.GET.get("page", "1")
    shown = _reading_of_paragraph(access, paragraph, int(number) if number.isdigit() else 1)
    here = home_of(shown.text, paragraph)
    if here is None:
        raise Http404
    thread = thread_of(access, shown.text, here, shown.where.page, shown.rounds)
    cards = [card_of(access, view, here) for view in thread.comments]
    taken = incorporations_by_comment(access, [view.row for view in thread.comments])
    may_review = bool(access.may(Act.REVIEW))
    context = {
        "access": access,
        "revision": shown.revision,
        "paragraph": here,
        "title": text_title(here),
        "thread": thread,
        "lines": [
            _line(card, taken.get(card.view.row.pk, []), forms if may_review else None)
            for card in cards
        ],
        "may_edit": bool(access.may(Act.EDIT_TEXT)),
        "reading_url": address_of(access, shown.revision, open=here.id),
        "earlier": thread.page - 1,
        "further": thread.page + 1,
        **_neighbours(shown, here.id),
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "comments/review_paragraph.html", context, status=status)


def _line(
    card: Card, taken: Sequence[Incorporation], forms: dict[UUID, ReviewForm] | None
) -> dict[str, Any]:
    """An input with the words that were taken of it, and the form to answer it."""
    return {
        "card": card,
        "taken": taken,
        "form": None if forms is None else _form(card, taken, forms),
        "is_offered": bool(taken) and not card.answer,
    }


def _form(card: Card, taken: Sequence[Incorporation], forms: dict[UUID, ReviewForm]) -> ReviewForm:
    """The form that was not taken, or one that begins at what was decided so far.

    Where words were taken and nothing is decided yet, it offers what that comes to.
    """
    if card.view.id in forms:
        return forms[card.view.id]
    review = card.view.review
    said = {"disposition": review.disposition, "observation": review.observation} if review else {}
    if taken and not review:
        is_whole = any(row.is_whole for row in taken)
        said = {"disposition": Disposition.REFLECTED if is_whole else Disposition.PARTLY}
    return ReviewForm(comment=card.view.id, initial=said)


def _reading_of_paragraph(access: Access, paragraph: UUID, page: int) -> Any:
    """The latest circulated text in which the paragraph stands, or stood."""
    found = (
        Wording.objects.visible_to(access)
        .filter(paragraph__public_id=paragraph)
        .values_list("revision__draft__slug", flat=True)
        .first()
    )
    if found is None:
        raise Http404
    return reading_of(access, found, None, ReadingSelection(open=paragraph, page=page))


def _neighbours(shown: Any, paragraph: UUID) -> dict[str, str]:
    """The paragraphs before and after that were spoken of."""
    spoken = [
        p for p in (*shown.text.paragraphs, *shown.text.struck) if p.count or p.id == paragraph
    ]
    place = next(n for n, p in enumerate(spoken) if p.id == paragraph)
    slug = shown.access.consultation.slug

    def url(of: int) -> str:
        is_there = 0 <= of < len(spoken)
        return reverse("review_paragraph", args=[slug, spoken[of].id]) if is_there else ""

    return {"before_url": url(place - 1), "after_url": url(place + 1)}
