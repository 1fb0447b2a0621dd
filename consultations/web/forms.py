"""What forms share: errors of a refused act, whole numbers, time zones, long lists of options."""

import uuid
from operator import itemgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop

from consultations.models import KeyReused
from delegations.zones import city_for_reader, time_zones

# Django's own words for a choice that is not made: of our languages it has them in two.
gettext_noop("- Select an option -")


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show the errors of a refused action beside the form's fields; those of no field above it.

    Where the form's key (`consultations/keys/idempotency`) was used for other content, the form
    gets a new one, so that it can be sent again.
    """
    if isinstance(error, KeyReused):
        data: Any = form.data
        # What was sent cannot be changed, but a copy of it can.
        form.data = data_with_new_key = data.copy()
        data_with_new_key["form_key"] = uuid.uuid4()
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


# A number of thousands of digits is an error in Python; no number of ours has more than nine.
MAX_DIGITS = 9


def sent_number(text: str | None) -> int | None:
    """The number that `text` is: digits alone, at most nine; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= MAX_DIGITS else None


def time_zone_choices() -> list[tuple[str, str]]:
    """The time zones that a form offers, by city in the language of the page.

    In English a label is the name of the zone, "Africa/Cairo"; in French "Le Caire (Africa/Cairo)".
    """
    # "Africa/Cairo" has a city; "UTC" and "Etc/GMT+5" have none.
    city_zones = sorted(zone for zone in time_zones() if "/" in zone and "Etc/" not in zone)
    labels = [(zone, zone.replace("_", " ")) for zone in city_zones]
    if (get_language() or "en").startswith("en"):
        return labels
    translated_labels = [(zone, f"{city_for_reader(zone)} ({name})") for zone, name in labels]
    return sorted(translated_labels, key=itemgetter(1))


class LongSelect(forms.Select):
    """A select of hundreds of options, rendered in one go: Django's, with a template for each
    option, would take half the time of the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen_values = self.format_value(value) or []
        options = (
            (value_of_option, " selected" if str(value_of_option) in chosen_values else "", label)
            for value_of_option, label in self.choices
        )
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})),
            format_html_join("", '<option value="{}"{}>{}</option>', options),
        )
