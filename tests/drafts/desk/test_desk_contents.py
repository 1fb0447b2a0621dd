"""The contents beside the desk: sections, links to paragraphs, and counts of inputs."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.inputs.queries import unanswered_inputs
from drafts.desk.acts import add_paragraph, strike_paragraph
from drafts.models import ParagraphKind
from tests.comments.reading.test_pages import Person, page
from tests.drafts.desk.leading import rows_of
from tests.room import SLUG, Room


def rail_of(shown: str) -> list[tuple[str, str]]:
    return re.findall(r'class="rail__link" href="(#p-[^"]+)"[^>]*><span>\s*(.*?)</span>', shown)


def test_the_sections_of_the_desk_lead_to_their_headings(room: Room) -> None:
    leader = room.access("co_facilitator")
    last = rows_of(room.draft)[-1]
    money = add_paragraph(
        access=leader, draft=room.draft, kind=ParagraphKind.HEADING, text="Money", after=last
    )
    shown = page(Person(room, "staff").get("desk", "plan"))
    heading = rows_of(room.draft)[0]
    rail = rail_of(shown)
    assert [url for url, _words in rail] == [f"#p-{heading.public_id}", f"#p-{money.public_id}"]
    assert rail[1][1].endswith("Money")
    assert all(f'id="{url[1:]}"' in shown for url, _words in rail)
    strike_paragraph(access=leader, paragraph=rows_of(room.draft)[-1])
    assert len(rail_of(page(Person(room, "staff").get("desk", "plan")))) == 1


def test_a_label_leads_to_its_paragraph_and_one_that_is_none_is_said(room: Room) -> None:
    first = rows_of(room.draft)[1]
    person = Person(room, "co_facilitator")
    answer = person.get("desk", "plan", label=f" {first.label} ")
    assert answer.status_code == 302
    desk = reverse("desk", args=[SLUG, "plan"])
    assert answer["Location"] == f"{desk}?at={first.public_id}#p-{first.public_id}"
    assert "No paragraph is called “OP99”." in page(person.get("desk", "plan", label="OP99"))


def test_the_desk_asks_how_many_inputs_wait_and_leads_to_them(room: Room) -> None:
    person = Person(room, "staff")
    shown = page(person.get("desk", "plan"))
    assert f'hx-get="{reverse("desk_unanswered", args=[SLUG, "plan"])}"' in shown
    assert "?text=plan&state=unanswered" in shown
    told = page(person.get("desk_unanswered", "plan"))
    assert f"{unanswered_inputs(room.access('staff')).count()} unanswered" in told
    assert "<!doctype" not in told
    assert Person(room, "FRA focal_point").get("desk_unanswered", "plan").status_code == 403


def test_the_contents_ask_no_query_of_their_own(room: Room) -> None:
    leader, person = room.access("co_facilitator"), Person(room, "staff")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert person.get("desk", "plan").status_code == 200
        return len(asked)

    person.get("desk", "plan")
    few = queries()
    for number in range(5):
        last = rows_of(room.draft)[-1]
        words = f"Section {number}"
        add_paragraph(
            access=leader, draft=room.draft, kind=ParagraphKind.HEADING, text=words, after=last
        )
    assert len(rail_of(page(person.get("desk", "plan")))) == 6
    assert queries() == few
