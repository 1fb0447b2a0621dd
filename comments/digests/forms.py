"""The choice of a digest's edition to preview: the facilitators', or that of a delegation."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import Post


class EditionForm(forms.Form):
    """The editions of a digest. A delegation that has left or has nobody in a post gets none.

    `edition` is the public id of a seat; empty for that of the facilitators and the secretariat.
    """

    edition = forms.ChoiceField(label=gettext_lazy("Edition"), required=False)

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        posts = Post.objects.held().filter(delegation=OuterRef("delegation"))
        seats = Seat.objects.filter(
            Exists(posts), consultation=access.consultation, ended_at=None
        ).order_by("rank", "sort_key", "pk")
        editions = [(str(seat.public_id), seat.name_for_reader) for seat in seats]
        self.fields["edition"].choices = [("", _("Facilitators and secretariat")), *editions]  # type: ignore[attr-defined]
