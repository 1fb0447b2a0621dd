"""Facilitators answer and incorporate an input in its thread, in two acts each."""

import re

import pytest

from comments.inputs.queries import unanswered_inputs
from comments.models import Comment, Incorporation, Review
from drafts.models import Paragraph
from tests.comments.reading.test_pages import HTMX, Person, page
from tests.comments.threads.test_threads import submit_more
from tests.room import Room, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def cpv_input(room: Room) -> Comment:
    """A replacement by Cabo Verde, in force."""
    found: Comment = loaded().get(pk=room.comments["CPV submitted"])
    assert found.kind == "replace"
    return found


def thread(room: Room, who: str, cpv_input: Comment) -> str:
    open_ = {"open": cpv_input.paragraph.public_id}
    return page(Person(room, who).get("reading", "plan", 2, **open_))


def test_the_thread_offers_both_to_who_may_and_to_nobody_else(
    room: Room, cpv_input: Comment
) -> None:
    for who in ("co_facilitator", "staff"):
        shown = thread(room, who, cpv_input)
        assert f'hx-target="#answer-{cpv_input.public_id}"' in shown
        assert f'hx-target="#take-{cpv_input.public_id}"' in shown
        assert f"?all={cpv_input.reference}" in shown
    for who in ("secretariat", "CPV focal_point", "FRA focal_point"):
        shown = thread(room, who, cpv_input)
        assert cpv_input.reference in shown
        assert f'hx-target="#answer-{cpv_input.public_id}"' not in shown
        assert "?all=" not in shown


def test_the_form_comes_into_the_card_and_the_answer_takes_its_place(room: Room) -> None:
    open_input = unanswered_inputs(room.access("staff")).get()
    staff, where = Person(room, "staff"), open_input.public_id
    form = page(staff.get("answer_in_thread", where, headers=HTMX))
    assert "<!doctype" not in form and 'name="disposition"' in form
    given = {"disposition": "partly", "observation": "In the thread."}
    answer = page(staff.post("answer_in_thread", where, headers=HTMX, **given))
    assert "Partly reflected" in answer and "In the thread." in answer
    assert 'name="disposition"' not in answer and "<!doctype" not in answer
    row = Review.objects.get(comment=open_input, replaced_at=None)
    assert (row.disposition, row.observation) == ("partly", "In the thread.")
    again = page(staff.get("answer_in_thread", where, headers=HTMX))
    assert 'value="partly"' in again and "In the thread." in again


def test_a_refused_answer_keeps_its_words(room: Room, cpv_input: Comment) -> None:
    before = Review.objects.count()
    for headers in (HTMX, None):
        answer = Person(room, "staff").post(
            "answer_in_thread", cpv_input.public_id, headers=headers, observation="Kept words"
        )
        assert answer.status_code == 422 and "Kept words" in page(answer)
    assert Review.objects.count() == before


def test_without_scripts_it_is_answered_in_the_review_and_a_post_leads_back(
    room: Room, cpv_input: Comment
) -> None:
    staff = Person(room, "staff")
    led = staff.get("answer_in_thread", cpv_input.public_id)
    assert led.status_code == 302
    public_id = cpv_input.public_id
    review_page = f"/review/{cpv_input.paragraph.public_id}/?comment={public_id}#c-{public_id}"
    assert led["Location"].endswith(review_page)
    assert "In the text" in page(staff.client.get(led["Location"]))
    back = staff.post("answer_in_thread", cpv_input.public_id, disposition="noted")
    assert back.status_code == 302
    assert back["Location"].endswith(
        f"open={cpv_input.paragraph.public_id}&comment={public_id}#c-{public_id}"
    )


def test_among_many_an_input_is_answered_on_the_page_on_which_it_stands(room: Room) -> None:
    submit_more(room, "FRA", 4, 30)
    last_input = loaded().filter(filed_by__delegation__code="FRA", number__gt=0).latest("number")
    anchor, staff = f'id="c-{last_input.public_id}"', Person(room, "staff")
    assert anchor not in page(staff.get("review_paragraph", last_input.paragraph.public_id))

    led = staff.get("answer_in_thread", last_input.public_id)
    assert anchor in page(staff.client.get(led["Location"]))
    refused = page(staff.post("answer_in_thread", last_input.public_id, observation="Kept words"))
    assert anchor in refused and "Kept words" in refused
    back = staff.post("answer_in_thread", last_input.public_id, disposition="noted")
    assert anchor in page(staff.client.get(back["Location"]))
    done = staff.post("review_comment", last_input.public_id, disposition="partly")
    assert anchor in page(staff.client.get(done["Location"]))


def test_words_are_seen_and_taken_in_the_card(room: Room, cpv_input: Comment) -> None:
    staff, where = Person(room, "staff"), cpv_input.paragraph.public_id
    seen = page(staff.get("incorporate_words", where, headers=HTMX, all=cpv_input.reference))
    assert "<!doctype" not in seen and "The paragraph would read:" in seen
    takes = re.findall(r'name="take" value="([^"]+)"', seen)
    version = re.search(r'name="version" value="(\d+)"', seen)
    assert takes and version
    assert all(name.startswith(f"{cpv_input.reference}.") for name in takes)
    sent = {"take": takes, "version": version[1], "in_thread": cpv_input.reference}
    stale = staff.post(
        "incorporate_words", where, headers=HTMX, **(sent | {"version": int(version[1]) + 7})
    )
    assert stale.status_code == 409
    assert "Somebody has changed this paragraph." in page(stale)
    done = staff.post("incorporate_words", where, headers=HTMX, **sent)
    assert done.status_code == 200
    assert "are in the working text" in page(done) and "<!doctype" not in page(done)
    assert Incorporation.objects.filter(comment=cpv_input).count() == 1
    assert Paragraph.objects.get(public_id=where).version == int(version[1]) + 1
    left = page(staff.get("incorporate_words", where, headers=HTMX, all=cpv_input.reference))
    assert 'name="take"' not in left and "All proposals on this paragraph" in left


def test_without_scripts_the_link_opens_the_page_with_the_change_chosen(
    room: Room, cpv_input: Comment
) -> None:
    shown = page(
        Person(room, "staff").get(
            "incorporate_words", cpv_input.paragraph.public_id, all=cpv_input.reference
        )
    )
    assert "<!doctype" in shown and "Incorporate these words" in shown
    assert "The paragraph would read:" in shown
