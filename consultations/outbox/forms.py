"""The filter of the mails that the secretariat follows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import MailState


class MailFilterForm(forms.Form):
    """Filters mails by state; all of them unless one is chosen."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *MailState.choices]
    )
