"""Delegations are sorted in the order of the United Nations, by stored keys."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from delegations.names import sort_key

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
DATA = Path(__file__).parents[2] / "delegations" / "data"


def rows(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((DATA / name).read_text("utf-8"))
    return loaded


def states() -> list[str]:
    found = [row for row in rows("delegations.json") if row["kind"] == "member_state"]
    return [row["short_en"] for row in sorted(found, key=lambda row: row["sort_key"])]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Côte d'Ivoire", "COTE DIVOIRE"),
        ("Côte d\u2019Ivoire", "COTE DIVOIRE"),
        ("Iran (Islamic Republic of)", "IRAN ISLAMIC REPUBLIC OF"),
        ("Republic of Korea", "REPUBLIC OF KOREA"),
        ("The Holy See", "HOLY SEE"),
        ("Netherlands (Kingdom of the)", "NETHERLANDS KINGDOM OF"),
        ("Guinea-Bissau", "GUINEA BISSAU"),
        ("Türkiye", "TURKIYE"),
        ("least developed countries", "LEAST DEVELOPED COUNTRIES"),
        ("Group of 77 and China", "GROUP OF 77 AND CHINA"),
        ("  Øst -  Łódź  ", "OST LODZ"),
        ("Theatre", "THEATRE"),
        ("", ""),
    ],
)
def test_a_key_folds_accents_and_signs_and_leaves_out_the_article(name: str, key: str) -> None:
    assert sort_key(name) == key
    assert sort_key(key) == key


@pytest.mark.parametrize(
    "order",
    [
        ["Costa Rica", "Côte d'Ivoire", "Croatia"],
        ["Indonesia", "Iran (Islamic Republic of)", "Iraq"],
        ["Qatar", "Republic of Korea", "Republic of Moldova", "Romania"],
        ["Guinea", "Guinea-Bissau", "Guyana"],
        ["Niger", "Nigeria", "North Macedonia"],
        ["Czechia", "Democratic People's Republic of Korea", "Democratic Republic of the Congo"],
        ["Tunisia", "Türkiye", "Turkmenistan", "Tuvalu"],
        ["Nepal", "Netherlands (Kingdom of the)", "New Zealand"],
    ],
)
def test_member_states_stand_in_the_english_order_of_the_united_nations(order: list[str]) -> None:
    listed = states()
    start = listed.index(order[0])
    assert listed[start : start + len(order)] == order


def test_stored_keys_are_those_of_the_rule_and_every_code_is_there_once() -> None:
    delegations = rows("delegations.json")
    stored = [row["sort_key"] for row in delegations]
    assert stored == [sort_key(row["short_en"]) for row in delegations]
    assert [key for key in stored if not key.isascii() or not key] == []
    assert len({row["code"] for row in delegations}) == len(stored) == 262


def test_all_member_and_observer_states_are_there_with_six_names_and_codes() -> None:
    found = rows("delegations.json")
    assert Counter(row["kind"] for row in found) == {
        "member_state": 193,
        "observer_state": 2,
        "un_entity": 23,
        "specialized_agency": 15,
        "related_organization": 5,
        "group": 24,
    }
    for row in found:
        if row["kind"] in {"member_state", "observer_state"}:
            assert all(
                row[f"short_{language}"] for language in ["en", "fr", "es", "ar", "zh", "ru"]
            )
            assert (len(row["iso2"]), len(row["iso3"]), len(row["m49"])) == (2, 3, 3)
            assert row["formal_en"]
    regions = Counter(row["regional_group"] for row in found if row["kind"] == "member_state")
    assert regions == {
        "African Group": 54,
        "Asia-Pacific Group": 54,
        "Eastern European Group": 23,
        "Latin American and Caribbean Group": 33,
        "Western European and other States Group": 29,
    }


def test_memberships_join_known_delegations_once_and_end_after_they_start() -> None:
    kinds = {row["code"]: row["kind"] for row in rows("delegations.json")}
    memberships = rows("group_memberships.json")
    for row in memberships:
        assert kinds[row["group"]] == "group"
        assert kinds[row["member"]] in {"member_state", "observer_state"}
        if row["start"] and row["end"]:
            assert date.fromisoformat(row["start"]) < date.fromisoformat(row["end"])
    pairs = Counter((row["group"], row["member"]) for row in memberships)
    assert set(pairs.values()) == {1}
    assert sum(1 for row in memberships if row["group"] == "EU" and not row["end"]) == 27


def test_the_two_facilitators_of_2010_are_found_under_the_names_they_sat_under() -> None:
    named = {row["code"]: row for row in rows("delegations.json")}
    assert named["PRT"]["short_en"] == "Portugal"
    assert named["CPV"]["short_en"] == "Cabo Verde"
    assert named["CPV"]["former_names"] == [{"short_en": "Cape Verde", "until": "2013-10-24"}]
    assert named["IOM"]["kind"] == "related_organization"
