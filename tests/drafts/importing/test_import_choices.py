"""The preview of an import: doubtful rows, several parents, kinds and numbering."""

import re
from typing import Any

import pytest

from drafts.circulating.acts import circulate_revision
from drafts.comparing.concordance import concordance_of, summary_of
from drafts.desk.acts import start_draft
from drafts.models import Descent, Draft, Revision
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of
from tests.drafts.desk.test_desk import file_of, seen_in

pytestmark = pytest.mark.django_db

HARBOURS = "Urges all States with a coast to keep their harbours open for ships in distress"
MASTERS = "Invites the masters of harbours to train their crews for storms and for fire"
REPORT = "Requests the Secretary-General to report on the harbours to the Assembly in spring"
LIGHTS = "Recommends that each lighthouse be kept by two persons who know the coast by heart"


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    start_draft(access=leading.leader, slug="talks", title="Talks", numbering="as_given")
    return Browser(leading.leader)


def upload_rows(leader: Browser, *rows: str) -> str:
    return str(leader.send("import_file", "talks", file=file_of("Harbours", *rows)).url)


def post(leader: Browser, address: str, **fields: Any) -> Any:
    return leader.post(address, {"capacity": leader.key, **fields})


def take(leader: Browser, address: str) -> Any:
    return post(leader, address, confirm="yes", seen=seen_in(leader.get(address)))


def talks() -> Draft:
    return Draft.objects.select_related("consultation").get(slug="talks")


def told_in(shown: str) -> str:
    found = re.search(r"\d+ reworded[^.<]*unchanged", " ".join(shown.split()))
    assert found is not None
    return found[0]


def test_preamble_and_operative_paragraphs_are_offered_and_then_cited_so(
    leading: Leading, leader: Browser
) -> None:
    rows = ("The General Assembly,", "Recalling its resolution on harbours,", f"1. {HARBOURS}.")
    address = upload_rows(leader, *rows)
    assert "PP1, PP2 in the preamble and OP1, OP2 after it" in page(leader.get(address))
    post(leader, address, keep="yes", numbering="pp_op")
    assert "OP1" in page(leader.get(address))
    assert take(leader, address).status_code == 302
    first = circulate_revision(access=leading.leader, draft=talks(), stage="First draft")
    assert [row.label for row in first.wordings.order_by("place")] == ["", "", "PP1", "OP1"]


@pytest.fixture
def four(leading: Leading, leader: Browser) -> Revision:
    """A circulated text of four paragraphs."""
    texts = (HARBOURS, MASTERS, REPORT, LIGHTS)
    take(leader, upload_rows(leader, *(f"{n}. {text}." for n, text in enumerate(texts, 1))))
    return circulate_revision(access=leading.leader, draft=talks(), stage="First draft")


def test_several_parents_are_chosen_on_the_page(leader: Browser, four: Revision) -> None:
    address = upload_rows(leader, "1. Everything about ships is said here.", f"2. {LIGHTS}.")
    olds = rows_of(talks())
    chosen = {"place-3": str(olds[1].public_id), "also-3": str(olds[2].public_id)}
    post(leader, address, keep="yes", **chosen)
    shown = page(leader.get(address))
    assert f"{olds[1].public_id}+{olds[2].public_id}" in shown
    third = {"place-3": f"{olds[1].public_id}+{olds[2].public_id}"}
    post(leader, address, keep="yes", **third, **{"also-3": str(olds[3].public_id)})
    assert take(leader, address).status_code == 302
    head = rows_of(talks())[1]
    assert head.pk == olds[1].pk
    merged = Descent.objects.filter(paragraph=head, how="merge").values_list("follows", flat=True)
    assert set(merged) == {olds[2].pk, olds[3].pk}


def test_doubts_are_numbered_filtered_and_accepted_by_kind_after_three(
    leading: Leading, leader: Browser
) -> None:
    old = [f"{n}. Old{n} words{n} of number{n} say{n} that{n} thing{n}." for n in range(1, 31)]
    take(leader, upload_rows(leader, *old))
    fresh = [f"Fresh{n} talk{n} of number{n} at sea{n} means{n} much{n}." for n in range(1, 31)]
    address = upload_rows(leader, *(f"{n}. {text}" for n, text in enumerate(fresh, 1)))
    shown = page(leader.get(address))
    assert "To be placed (30)" in shown
    assert "Accept all" not in shown
    only = re.search(r'href="\?only=(\w+)"[^>]*>\s*Probably', shown)
    assert only is not None
    kind = only[1]
    alone = page(leader.get(f"{address}?only={kind}"))
    before, button, _after = alone.partition("Accept all")
    assert button
    assert before.count("data-change") == 3
    assert 'aria-keyshortcuts="n j"' in alone
    assert post(leader, f"{address}?only={kind}", accept=kind).status_code == 302
    assert f"?only={kind}" not in page(leader.get(address))


def test_the_kind_is_set_for_rows_that_are_ticked_or_named(leader: Browser) -> None:
    address = upload_rows(leader, *(f"{n}. A cell of the table" for n in range(1, 8)))
    fields = {"set-kind": "yes", "kind": "heading", "rows": "5-9", "pick": ["3"]}
    assert post(leader, address, **fields).status_code == 302
    take(leader, address)
    kinds = [row.kind for row in rows_of(talks())]
    assert kinds[0] == "title"
    assert kinds[1:] == ["heading"] * 4 + ["operative"] * 3


def test_one_count_from_preview_to_desk_to_circulation_to_comparison(
    leading: Leading, leader: Browser, four: Revision
) -> None:
    reworded = HARBOURS.replace("in distress", "that flee from storms")
    address = upload_rows(
        leader, f"1. {LIGHTS}.", f"2. {reworded}.", f"3. {MASTERS}.", f"4. {REPORT}."
    )
    told = told_in(page(leader.get(address)))
    assert told == "1 reworded, 1 moved, 4 renumbered, 3 unchanged"
    take(leader, address)
    assert told_in(page(leader.open("desk", "talks"))) == told
    assert told_in(page(leader.open("circulate", "talks"))) == told
    later = circulate_revision(access=leading.leader, draft=talks(), stage="Rev.1")
    assert summary_of(concordance_of(four, later).rows) == told
    compared = page(leader.open("compare", "talks", query="?from=1&to=2"))
    assert all(f"<span>{count}</span>" in compared for count in told.split(", "))


def test_what_is_left_is_shown_by_section_and_accepted_with_one_press(leader: Browser) -> None:
    """What somebody chose otherwise in the section stays, and can be changed afterwards."""
    ships = [f"{n}. Old{n} words{n} of number{n} say{n} that{n} thing{n}." for n in range(1, 5)]
    take(leader, upload_rows(leader, "I. Ships", *ships[:2], "II. Crews", *ships[2:]))
    fresh = [f"{n}. Fresh{n} talk{n} of number{n} at sea{n} means{n} much{n}." for n in range(1, 5)]
    address = upload_rows(leader, "I. Ships", *fresh[:2], "II. Crews", *fresh[2:])
    shown = page(leader.get(f"{address}?only=open"))
    sections = re.findall(r'name="accept-section" value="([\d-]+)"', shown)
    assert len(sections) == 2
    assert shown.index("Ships") < shown.index("Fresh1") < shown.index("Crews")
    assert shown.count("Proposed: it is new") == 4
    row_key = re.findall(r'name="place-([\d-]+)"', shown)[0]
    chosen = str(rows_of(talks())[2].public_id)
    answer = post(leader, address, **{"accept-section": sections[0], f"place-{row_key}": chosen})
    assert str(answer.url).endswith("?only=open")
    left = page(leader.get(f"{address}?only=open"))
    assert ("Fresh1" in left, "Fresh3" in left) == (False, True)
    whole = page(leader.get(address))
    assert f'value="{chosen}" selected' in whole
    assert whole.count('value="new" selected') == 1
    assert not str(post(leader, address, **{"accept-section": sections[1]}).url).endswith("open")
    assert "for you to place" not in page(leader.get(address))


def test_a_long_text_is_previewed_page_by_page(leader: Browser) -> None:
    """Neither the rows nor what none of them continues make a page that grows with the text."""
    old = [f"{n}. Old{n} words{n} of number{n} say{n} that{n} thing{n}." for n in range(1, 131)]
    take(leader, upload_rows(leader, *old))
    fresh = [f"{n}. Fresh{n} talk{n} of{n} at sea{n} means{n} much{n}." for n in range(1, 131)]
    address = upload_rows(leader, *fresh)
    first = page(leader.get(address))
    assert len(re.findall(r'id="row-\d+"', first)) == 50
    assert first.count("paragraph--struck") == 20
    assert "Deleted by this import (130)" in first
    shown = [page(leader.get(f"{address}?only=deleted&page={number}")) for number in (1, 2, 3)]
    assert [one.count("paragraph--struck") for one in shown] == [50, 50, 30]
    assert all(f"Old{n} " in "".join(shown) for n in range(1, 131))
    rows = [page(leader.get(f"{address}?page={number}")) for number in (1, 2, 3)]
    assert all(f"Fresh{n} " in "".join(rows) for n in range(1, 131))
    assert 'data-next="?page=3"' in rows[1]
