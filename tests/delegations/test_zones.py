"""Cities of time zones, named for the reader."""

import pytest
from django.conf import settings
from django.utils.translation import override

from consultations.web.forms import time_zone_choices
from delegations.zones import city_for_reader

OWN_LETTERS = ("ar", "ru", "zh-hans")


@pytest.mark.parametrize(
    ("language", "city"),
    [
        ("en", "Addis Ababa"),
        ("fr", "Addis-Abeba"),
        ("es", "Adís Abeba"),
        ("ru", "Аддис-Абеба"),
        ("ar", "أديس أبابا"),
        ("zh-hans", "亚的斯亚贝巴"),
    ],
)
def test_a_city_has_its_name_in_the_language_of_the_page(language: str, city: str) -> None:
    assert language in dict(settings.LANGUAGES)
    with override(language):
        assert city_for_reader("Africa/Addis_Ababa") == city


def test_a_city_without_a_name_of_its_own_stands_as_the_zone_says_it() -> None:
    with override("fr"):
        assert city_for_reader("America/New_York") == "New York"
    with override(None):
        assert city_for_reader("Europe/Lisbon") == "Lisbon"


@pytest.mark.parametrize("language", OWN_LETTERS)
def test_every_zone_that_a_form_offers_has_a_city_in_other_letters_too(language: str) -> None:
    with override(language):
        offered = time_zone_choices()
    latin = [zone for zone, label in offered if label[0].isascii()]
    assert len(offered) > 400 and latin == []


def test_a_form_offers_zones_by_city_in_the_order_of_the_reader() -> None:
    with override("fr"):
        labels = dict(time_zone_choices())
    assert labels["Africa/Cairo"] == "Le Caire (Africa/Cairo)"
    assert list(labels.values()) == sorted(labels.values())
    with override("en"):
        assert dict(time_zone_choices())["America/New_York"] == "America/New York"
