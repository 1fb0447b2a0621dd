"""Which texts' reviews are published: each text with the number that the page shows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, ngettext

from comments.desks.queue import UnpublishedReviews
from comments.models import Review
from consultations.rules.access import Access


class PublishingForm(forms.Form):
    """All texts are chosen at first. A text whose number changed meanwhile is shown again."""

    texts = forms.MultipleChoiceField(
        label=gettext_lazy("Texts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one text."),
            "invalid_choice": gettext_lazy(
                "The number of reviews has changed. Check it, then publish again."
            ),
        },
    )

    def __init__(
        self, data: Any = None, *, waiting: Sequence[UnpublishedReviews], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [(f"{row.slug}:{row.number}", _named(row)) for row in waiting]
        self.fields["texts"].choices = choices  # type: ignore[attr-defined]
        self.fields["texts"].initial = [value for value, _label in choices]

    def chosen(self, access: Access) -> QuerySet[Review]:
        """The reviews on the chosen texts."""
        slugs = [value.rpartition(":")[0] for value in self.cleaned_data["texts"]]
        return Review.objects.visible_to(access).filter(comment__paragraph__draft__slug__in=slugs)


def _named(row: UnpublishedReviews) -> str:
    said = ngettext("%(title)s: %(n)d review", "%(title)s: %(n)d reviews", row.number)
    return said % {"title": row.title, "n": row.number}
