"""The form that saves a filter of the queue: under which name, and for whom."""

from django import forms
from django.utils.translation import gettext_lazy

from comments.models import MAX_FILTER_NAME_LENGTH


class SavedFilterForm(forms.Form):
    """The name of a filter, and who gets it. The address of the page carries the filter itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_FILTER_NAME_LENGTH)
    is_shared = forms.BooleanField(label=gettext_lazy("Shared with all who review"), required=False)
