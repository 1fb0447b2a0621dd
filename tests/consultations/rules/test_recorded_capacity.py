"""A capacity recorded in English is shown in the language of the page."""

import pytest
from django.utils.translation import override

from consultations.rules.recorded_capacity import capacity_for_reader


@pytest.mark.parametrize(
    ("recorded", "language", "sentence"),
    [
        ("focal point, Egypt", "ar", "جهة التنسيق، مصر"),
        ("focal point, Egypt", "en", "focal point, Egypt"),
        ("co-facilitator, Plan of Action", "fr", "cofacilitateur, Plan of Action"),
        ("imported with the file", "fr", "imported with the file"),
        (None, "ar", ""),
    ],
)
def test_a_recorded_capacity_is_said_in_the_language_of_the_page(
    recorded: str | None, language: str, sentence: str
) -> None:
    with override(language):
        assert capacity_for_reader(recorded) == sentence
