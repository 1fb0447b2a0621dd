"""Unsaved words of the previous holder of a post: counted at the hand-over, read by nobody else."""

import pytest

from delegations.models import Post
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import Room, marker

DEPUTY, FOCAL_POINT = "CPV deputy", "CPV focal_point"
TYPED = marker("half a sentence")


def post_of(room: Room, who: str) -> Post:
    return Post.objects.held().get(user=room.users[who], delegation__code=who.split()[0])


def types(room: Room, who: str) -> None:
    """Something on the last paragraph, not saved yet."""
    third = room.wording(room.revision, 4).public_id
    answer = Person(room, who).post("typing", third, kind="replace", proposed=TYPED)
    assert answer.status_code == 200


def form_of(room: Room, who: str) -> str:
    paragraph = room.wording(room.revision, 4).paragraph.public_id
    return page(Person(room, who).get("reading", "plan", 2, open=paragraph, write=1))


def handing_over(room: Room, who: str, **sent: str) -> str:
    """The page of the focal point's post as somebody sees it, or what came of it."""
    person, post = Person(room, who), post_of(room, FOCAL_POINT).public_id
    if not sent:
        return page(person.get("hand_over", post))
    return page(person.post("hand_over", post, **sent))


@pytest.fixture
def passes_on(room: Room) -> dict[str, str]:
    return {"successor": str(post_of(room, DEPUTY).public_id), "former_becomes": "deputy"}


def test_who_hands_over_is_told_how_much_and_where_with_the_way_back_to_it(room: Room) -> None:
    sentence = "You typed 1 text that is not saved as a draft."
    assert sentence not in handing_over(room, FOCAL_POINT)
    types(room, FOCAL_POINT)
    shown = handing_over(room, FOCAL_POINT)
    assert sentence in shown and "The plan, First draft: Paragraph 3" in shown
    assert f"open={room.wording(room.revision, 4).paragraph.public_id}" in shown
    assert TYPED not in shown


def test_who_stays_in_the_delegation_finds_it_and_the_successor_does_not(
    room: Room, passes_on: dict[str, str]
) -> None:
    types(room, FOCAL_POINT)
    handing_over(room, FOCAL_POINT, **passes_on)
    assert post_of(room, DEPUTY).role == "focal_point"
    there, other = form_of(room, FOCAL_POINT), form_of(room, DEPUTY)
    assert "Restored: text you typed at" in there and TYPED in there
    assert "Restored: text you typed at" not in other and TYPED not in other


def test_saved_as_a_draft_it_is_the_delegations_and_is_counted_no_more(room: Room) -> None:
    types(room, FOCAL_POINT)
    third = room.wording(room.revision, 4).public_id
    Person(room, FOCAL_POINT).post("draft_comment", third, **proposal(proposed=f"To {TYPED}."))
    assert "You typed" not in handing_over(room, FOCAL_POINT)
    assert TYPED in form_of(room, DEPUTY)


def test_a_colleague_is_told_the_number_and_the_place_where_a_post_ends(room: Room) -> None:
    types(room, DEPUTY)  # beside what stands in the room
    post = post_of(room, DEPUTY).public_id
    shown = page(Person(room, FOCAL_POINT).get("end_post", post))
    name = room.users[DEPUTY].name
    assert f"{name} typed 2 texts that are not saved as drafts." in shown
    for label in ("Paragraph 1", "Paragraph 3"):
        assert f"The plan, First draft: {label}" in shown
    for hidden in (TYPED, marker("typing of CPV"), "write=1"):
        assert hidden not in shown


def test_nobody_outside_the_delegation_is_told_that_there_is_any(room: Room) -> None:
    types(room, FOCAL_POINT)
    types(room, DEPUTY)
    secretariat = Person(room, "secretariat")
    for name, who in (("hand_over", FOCAL_POINT), ("end_post", DEPUTY)):
        answer = secretariat.get(name, post_of(room, who).public_id)
        assert answer.status_code == 200
        assert "not saved as a draft" not in page(answer)
