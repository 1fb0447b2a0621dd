"""The preview of an import: corrections by hand, choices that are kept, certainty in words."""

from typing import Any

import pytest

from drafts.desk.acts import start_draft
from drafts.models import Draft
from tests.drafts.desk.leading import Browser, Leading, build_leading, desk_words, page, rows_of
from tests.drafts.desk.test_desk import file_of, seen_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    start_draft(access=leading.leader, slug="talks", title="Talks", numbering="as_given")
    return Browser(leading.leader)


@pytest.fixture
def address(leader: Browser) -> str:
    """A first file, sent and shown."""
    words = ("Open harbours", "1. Urges all States:", "(a) To teach;", "(b) To warn;", "2. Thanks.")
    return str(leader.send("import_file", "talks", file=file_of(*words)).url)


def fix(**changes: Any) -> dict[str, str]:
    typed = {"kind": "operative", "label": "", "level": "0", "use": "row", **changes}
    return {f"fix-{name}": value for name, value in typed.items()}


def save(leader: Browser, address: str, row: int, **changes: Any) -> Any:
    typed = {"capacity": leader.key, "save": str(row), "row": str(row), **fix(**changes)}
    return leader.post(address, typed)


def take(leader: Browser, address: str, **choices: str) -> Any:
    fields = {"capacity": leader.key, "seen": seen_in(leader.get(address)), "confirm": "yes"}
    return leader.post(address, {**fields, **choices})


def test_a_row_is_corrected_split_joined_and_left_out_and_then_taken(
    leader: Browser, address: str
) -> None:
    opened = leader.post(address, {"capacity": leader.key, "correct": "5"})
    assert opened["Location"] == f"{address}?row=5#row-5"
    shown = page(leader.get(f"{address}?row=5"))
    assert '<textarea name="fix-text"' in shown
    assert "Apply to row 5" in shown
    assert 'name="confirm"' not in shown
    save(leader, address, 3, text="Urges States.\r\n\r\nThey may:", label="1 bis", kind="annex")
    save(leader, address, 7, text="To warn;", label="(b)", level="1", use="join")
    save(leader, address, 9, text="Thanks.", label="2", use="leave")
    shown = page(leader.get(address))
    assert "Left out or joined by you" in shown
    assert "corrected by you" in shown
    assert take(leader, address).status_code == 302
    rows = rows_of(Draft.objects.get(slug="talks"))
    assert [(row.kind, row.label, row.text, bool(row.parent_id)) for row in rows] == [
        ("title", "", "Open harbours", False),
        ("annex", "1 bis", "Urges States.", False),
        ("annex", "", "They may:", False),
        ("annex", "(a)", "To teach; To warn;", True),
    ]


def test_a_correction_is_undone(leader: Browser, address: str) -> None:
    save(leader, address, 9, text="Thanks.", label="2", use="leave")
    assert page(leader.get(address)).count("Thanks.") == 1
    leader.post(address, {"capacity": leader.key, "undo": "9"})
    assert "Left out or joined by you" not in page(leader.get(address))


def test_a_wrong_correction_is_refused_with_what_was_typed(leader: Browser, address: str) -> None:
    answer = save(leader, address, 9, text="x" * 10_001, label="2")
    assert answer.status_code == 422
    assert "A paragraph has 10001 characters. The limit is 10000. Split it." in page(answer)
    assert "x" * 10_001 in page(answer)
    second = save(leader, address, 9, text="Thanks.", kind="title")
    assert second.status_code == 422
    assert "The text already has a title. Make this one a heading." in page(second)
    empty = save(leader, address, 9, text=" ")
    assert empty.status_code == 422


def test_what_is_typed_and_not_saved_outlives_a_reload(leader: Browser, address: str) -> None:
    typed = {"capacity": leader.key, "keep": "yes", "row": "9", **fix(text="Half a thou")}
    assert leader.post(address, typed).status_code == 204
    assert "Half a thou</textarea>" in page(leader.get(f"{address}?row=9"))


@pytest.fixture
def next_address(leader: Browser, address: str) -> str:
    """The next revision of the text that was taken."""
    assert take(leader, address).status_code == 302
    words = (
        "Open harbours",
        "1. Urges all States:",
        "(a) To teach the masters of ships what storms are and what to do in them;",
        "(b) To warn;",
        "2. Thanks.",
    )
    return str(leader.send("import_file", "talks", file=file_of(*words)).url)


def test_nothing_is_chosen_beforehand_where_it_is_not_sure(
    leader: Browser, next_address: str
) -> None:
    shown = page(leader.get(next_address))
    assert "unsure: please choose" in shown
    assert '<option value="">Choose…</option>' in shown
    assert "selected" not in shown.partition('id="place-5"')[2].partition("</select>")[0]


def test_a_choice_outlives_a_reload_and_an_error(leader: Browser, next_address: str) -> None:
    fields = {"capacity": leader.key, "keep": "yes", "place-5": "new"}
    assert leader.post(next_address, fields).status_code == 204
    assert '<option value="new" selected>' in page(leader.get(next_address))
    fields = {"capacity": leader.key, "confirm": "yes", "seen": "stale", "place-5": "new"}
    answer = leader.post(next_address, fields)
    assert answer.status_code == 409
    assert '<option value="new" selected>' in page(answer)


def test_a_piece_of_a_split_row_is_placed_by_itself(leader: Browser, next_address: str) -> None:
    save(leader, next_address, 5, text="To teach;\n\nTo train.", label="(a)", level="1")
    shown = page(leader.get(next_address))
    assert 'id="row-5-2"' in shown
    old = rows_of(Draft.objects.get(slug="talks"))[2]
    choices = {"place-5": str(old.public_id), "place-5-2": "new"}
    leader.post(next_address, {"capacity": leader.key, "keep": "yes", **choices})
    assert take(leader, next_address, **choices).status_code == 302
    assert desk_words(Draft.objects.get(slug="talks"))[2:4] == ["To teach;", "To train."]


def test_all_that_is_probable_is_chosen_by_one_press(leading: Leading, leader: Browser) -> None:
    start_draft(access=leading.leader, slug="plan", title="Plan", numbering="as_given")
    old = "Urges States to keep ports open, and to report each year on storms and trade."
    first = file_of("Plan", "1. One.", f"2. {old}", "3. Three is a number of its own.")
    take(leader, leader.send("import_file", "plan", file=first).url)
    new = "Urges States to close ports, and to report rarely on ships and trade with islands."
    words = (
        "Plan",
        "1. One.",
        f"2. {new}",
        "3. Wholly different words of a number, never said before.",
    )
    address = leader.send("import_file", "plan", file=file_of(*words)).url
    shown = page(leader.get(address))
    assert "probably new: please choose" in shown
    assert "Accept 1 row as proposed: probably new" in page(leader.get(f"{address}?only=new"))
    assert leader.post(address, {"capacity": leader.key, "accept": "new"}).status_code == 302
    assert "for you to place" not in page(leader.get(address))


def test_where_many_rows_are_open_each_offers_what_stood_near_and_correct_shows_all(
    leading: Leading, leader: Browser
) -> None:
    start_draft(access=leading.leader, slug="long", title="Long", numbering="none")
    old = [f"{n}. Old words number{n} say that{n} thing{n} of old{n}." for n in range(1, 41)]
    take(leader, leader.send("import_file", "long", file=file_of("Long", *old)).url)
    new = [f"{n}. Fresh{n} sentences{n} mean{n} nothing{n} before{n}." for n in range(1, 41)]
    address = leader.send("import_file", "long", file=file_of("Long", *new)).url
    shown = page(leader.get(address))
    one = shown.partition('id="place-43"')[2].partition("</select>")[0]
    assert one.count("<option") == 14
    assert "These are nearby. “Correct” shows all." in shown
    opened = page(leader.get(f"{address}?row=43"))
    assert opened.partition('id="place-43"')[2].partition("</select>")[0].count("<option") == 42
