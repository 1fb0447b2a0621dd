"""Under which name a filter of the queue is kept, and for whom."""

from django import forms
from django.utils.translation import gettext_lazy

from comments.models import LONGEST_FILTER_NAME


class SavedFilterForm(forms.Form):
    """The filter itself stands in the address of the page."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_FILTER_NAME)
    is_shared = forms.BooleanField(label=gettext_lazy("Shared with all who review"), required=False)
