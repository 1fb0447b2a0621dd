"""Our widget for choices renders the same HTML as Django's."""

import pytest
from django import forms
from django.test.html import parse_html

from config.templatetags.choices import choice_input

WORDS = [("", "none"), ("a", "A"), ('<"b">', "B & b"), ("3", "C")]


@pytest.mark.parametrize(
    "field",
    [
        forms.ChoiceField(choices=WORDS, widget=forms.RadioSelect(attrs={"data-key": 'a"b'})),
        forms.ChoiceField(choices=WORDS, required=False, widget=forms.RadioSelect),
        forms.MultipleChoiceField(choices=WORDS, widget=forms.CheckboxSelectMultiple),
        forms.TypedChoiceField(
            choices=[(3, "C"), (4, "D")], widget=forms.RadioSelect, disabled=True
        ),
    ],
)
@pytest.mark.parametrize("chosen", ["a", "3", '<"b">', ["a", "3"], None])
def test_it_says_what_the_template_of_django_says(field: forms.Field, chosen: object) -> None:
    form = type("Asked", (forms.Form,), {"asked": field})(initial={"asked": chosen}, prefix="x")
    options = list(form["asked"])
    assert options
    for option in options:
        assert parse_html(choice_input(option)) == parse_html(option.tag())
