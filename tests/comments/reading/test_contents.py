"""The contents beside a text: its sections, the other texts, and the own work with its numbers."""

import lxml.html
from django.urls import reverse

from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room

type Group = list[tuple[str, str, str | None]]


def contents(room: Room, who: str) -> dict[str, Group]:
    """Title of a group → label, address and count of each of its links.

    The text is read whole, and no other link is marked.
    """
    shown = page(Person(room, who).get("reading", "plan", room.revision.number))
    rail = lxml.html.document_fromstring(shown).find_class("rail")[0]
    [current] = rail.iterfind(".//a[@aria-current]")
    assert "The whole text" in current.text_content()
    groups = rail.find_class("rail__group")
    return {
        group.find_class("rail__title")[0].text_content().strip(): [
            (
                " ".join(link[0].text_content().split()),
                link.get("href"),
                link[1].text_content() if len(link) > 1 else None,
            )
            for link in group.find_class("rail__link")
        ]
        for group in groups
    }


def test_another_text_stands_beside_it_with_its_latest_revision(room: Room) -> None:
    before = contents(room, "staff")
    assert list(before) == ["The plan"]
    assert before["The plan"][0][0] == "The whole text"
    leader, other = room.access("co_facilitator"), room.unsent_draft
    for stage in ("First draft", "Second draft"):
        add_paragraph(access=leader, draft=other, kind="operative", text=stage, after=None)
        circulate_revision(access=leader, draft=other, stage=stage, round=None)
    beside = contents(room, "staff")
    assert beside == before | {
        "Other texts": [(other.title, reverse("reading", args=[SLUG, other.slug, 2]), None)]
    }


def test_a_delegation_finds_its_own_work_there_with_how_much_it_is(room: Room) -> None:
    groups = contents(room, "CPV contributor")
    workspace = reverse("workspace", args=[SLUG])
    assert list(groups) == ["The plan", "Cabo Verde"]
    numbers = {label: (url, int(count or "")) for label, url, count in groups["Cabo Verde"]}
    assert {label: url for label, (url, _count) in numbers.items()} == {
        "To clear": f"{workspace}?state=drafted",
        "Ready to submit": f"{workspace}?state=cleared",
        "Submitted": f"{workspace}?state=submitted",
    }
    assert all(count for _url, count in numbers.values())
