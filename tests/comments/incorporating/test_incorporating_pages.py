"""The page for incorporating inputs: words are chosen, previewed, saved, answered and undone."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.models import Comment, Incorporation, Review
from drafts.desk.acts import edit_paragraph, split_paragraph, strike_paragraph
from drafts.models import Paragraph
from tests.comments.brief.test_brief import say
from tests.room import SLUG, Room, marker

NOW = "To raise awareness of trafficking."


def client(room: Room, who: str) -> Client:
    found = Client()
    found.force_login(room.users[who])
    session = found.session
    session["capacity"] = room.capacities[who]
    session.save()
    return found


def row(room: Room) -> Paragraph:
    """The paragraph on which both delegations spoke, on the desk."""
    key = room.wording(room.revision, 2).paragraph_id
    return Paragraph.objects.select_related("draft", "parent").get(pk=key)


def address(room: Room) -> str:
    return reverse("incorporate_words", args=[SLUG, row(room).public_id])


def get(room: Room, who: str = "staff", **query: Any) -> Any:
    return client(room, who).get(address(room), query)


def send(room: Room, who: str = "staff", **fields: Any) -> Any:
    form = {"capacity": room.capacities[who], "version": row(room).version} | fields
    return client(room, who).post(address(room), form)


def words_of(answer: Any) -> str:
    page = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def hunk(room: Room, name: str) -> str:
    return f"{room.comment(name).reference}.0"


def edit(room: Room, text: str) -> None:
    stored = row(room)
    edit_paragraph(
        access=room.access("staff"),
        paragraph=stored,
        version=stored.version,
        text=text,
        kind=stored.kind,
        label=stored.label,
    )


def test_the_page_shows_each_proposal_and_how_it_fits(room: Room) -> None:
    edit(room, room.comment("FRA submitted").proposed)
    text = words_of(get(room))

    assert "Incorporate words into paragraph 1" in text
    assert "Already in the text" in text
    assert "Conflicts with the current text" in text
    assert "Select a change above" in text


def test_readers_of_a_translation_stand_apart_with_what_one_can_do(room: Room) -> None:
    comment = say(room, 2, "replace", "To raise public awareness of trafficking.", read_in="fr")
    page = get(room)
    text = words_of(page)
    apart = text.partition("Made by readers of a translation")[2]

    assert "Its author read the text in French. The form showed the authentic text." in apart
    assert "compare before incorporating" in apart
    assert comment.reference in apart and "Cabo Verde" not in apart
    assert f'value="{comment.reference}.0"' in page.content.decode()


def test_words_in_french_are_shown_whole_with_the_way_to_the_desk(room: Room) -> None:
    comment = say(room, 2, "replace", "Sensibiliser tout le monde.", language="fr")
    page = get(room).content.decode()

    assert "In French:" in page and "Sensibiliser tout le monde." in page
    assert f'value="{comment.reference}.0"' not in page
    refused = send(room, take=f"{comment.reference}.0")
    assert refused.status_code == 422
    assert row(room).text == NOW


def test_a_change_of_another_piece_is_shown_with_the_way_to_it_and_no_box(room: Room) -> None:
    comment = say(room, 2, "replace", "To raise public awareness of human trafficking.")
    first, second = split_paragraph(
        access=room.access("staff"),
        paragraph=row(room),
        texts=["To raise awareness", "of trafficking."],
    )
    page = get(room).content.decode()

    assert f'value="{comment.reference}.0"' in page
    assert f'value="{comment.reference}.1"' not in page
    there = reverse("incorporate_words", args=[SLUG, second.public_id])
    assert (
        f'in another piece of the paragraph:</span> <a href="{there}#p-{comment.reference}">'
        in (" ".join(page.split()))
    )
    send(room, take=f"{comment.reference}.0")
    assert Paragraph.objects.get(pk=first.pk).text == "To raise public awareness"
    assert f'href="{there}#p-{comment.reference}"' in get(room).content.decode()


def beside_desk(room: Room, who: str = "staff") -> Any:
    headers = {"HX-Request": "true", "HX-Target": "desk-proposals"}
    return client(room, who).get(address(room), headers=headers)


def test_proposals_stand_beside_the_open_paragraph_and_one_press_takes_what_fits(
    room: Room,
) -> None:
    desk = reverse("edit_paragraph", args=[SLUG, "plan", row(room).public_id])
    opened = client(room, "staff").get(desk).content.decode()
    assert f'hx-get="{address(room)}" hx-trigger="load"' in opened
    assert "awareness" not in opened.partition('id="desk-proposals"')[2]

    shown = beside_desk(room)
    name = hunk(room, "CPV submitted")
    assert f'name="take" value="{name}"' in shown.content.decode()
    assert "<html" not in shown.content.decode()
    taken = send(room, take=name, back="desk-proposals")
    assert taken.status_code == 302
    assert taken["Location"] == f"{desk}#p-{row(room).public_id}"
    assert row(room).text == room.comment("CPV submitted").proposed
    assert f'name="take" value="{name}"' not in beside_desk(room).content.decode()


def test_what_conflicts_or_came_from_a_translation_is_taken_by_no_single_press(room: Room) -> None:
    comment = say(room, 2, "replace", "To raise public awareness of trafficking.", read_in="fr")
    edit(room, room.comment("FRA submitted").proposed)
    page = beside_desk(room).content.decode()
    assert comment.reference in page and 'name="take"' not in page
    assert f'href="{address(room)}#p-{comment.reference}"' in page


def test_delegations_have_no_proposals_beside_a_desk(room: Room) -> None:
    assert beside_desk(room, "FRA focal_point").status_code in {403, 404}
    assert beside_desk(room, "secretariat").status_code == 403


def test_a_press_on_an_older_text_writes_nothing(room: Room) -> None:
    before = row(room).version
    edit(room, "To raise awareness of all trafficking.")
    sent = send(room, take=hunk(room, "CPV submitted"), back="desk-proposals", version=before)
    assert sent.status_code == 409
    assert row(room).text == "To raise awareness of all trafficking."


def test_what_is_ticked_is_shown_before_anything_is_written(room: Room) -> None:
    page = get(room, take=hunk(room, "CPV submitted"))
    text = words_of(page)

    assert "With the words of Cabo Verde" in text
    assert "Incorporate these words" in text
    assert row(room).text == NOW
    assert Incorporation.objects.count() == 0


def test_words_are_taken_and_the_answer_is_offered_but_not_written(room: Room) -> None:
    comment = room.comment("CPV submitted")
    reviews = Review.objects.count()
    browser = client(room, "staff")
    form = {"capacity": room.capacities["staff"], "version": row(room).version}
    answer = browser.post(address(room), form | {"take": hunk(room, "CPV submitted")})
    [incorporation] = Incorporation.objects.all()

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#c-{comment.public_id}")
    assert row(room).text == comment.proposed
    assert (incorporation.comment_id, incorporation.is_whole) == (comment.pk, True)
    assert Review.objects.count() == reviews
    page = words_of(browser.get(answer["Location"]))
    assert "Words of Cabo Verde are in the working text." in page
    assert f"{comment.reference}, Cabo Verde: incorporated in full, step" in page


def test_an_unanswered_input_whose_words_were_taken_has_its_answer_begun(room: Room) -> None:
    comment = say(room, 2, "replace", "To raise public awareness of trafficking.")
    answer = send(room, take=f"{comment.reference}.0")
    page = client(room, "staff").get(answer["Location"]).content.decode()
    line = page[page.index(f'id="c-{comment.public_id}"') :].partition("</li>")[0]

    assert re.search(r'value="reflected"[^>]* checked', line)
    assert not Review.objects.filter(comment=comment).exists()


def test_two_that_meet_are_shown_side_by_side_and_not_taken_before_a_choice(room: Room) -> None:
    both = [hunk(room, "CPV submitted"), hunk(room, "FRA submitted")]
    shown = get(room, take=both)
    text = words_of(shown)
    refused = send(room, take=both)

    assert "At 1 place two changes conflict. Choose which words to keep." in text
    assert "As in the working text, with the words incorporated before" in text
    assert "As France proposes" in text
    assert "Incorporate these words" not in text
    assert refused.status_code == 422
    assert "Where two changes conflict, choose which words to keep." in words_of(refused)
    assert row(room).text == NOW


def test_a_chosen_conflict_is_taken_and_both_are_recorded(room: Room) -> None:
    both = [hunk(room, "CPV submitted"), hunk(room, "FRA submitted")]
    page = get(room, take=both).content.decode()
    place = re.search(r'name="(choice\.[^"]+)" value="mine"', page)
    assert place is not None
    assert "Incorporate these words" in words_of(get(room, take=both, **{place[1]: "mine"}))
    send(room, take=both, **{place[1]: "mine"})

    assert row(room).text == room.comment("FRA submitted").proposed
    assert Incorporation.objects.count() == 2


def test_a_paragraph_that_changed_meanwhile_is_shown_anew_with_the_choice(room: Room) -> None:
    version = row(room).version
    edit(room, "Further, to raise awareness of trafficking.")
    answer = send(room, take=hunk(room, "CPV submitted"), version=version)

    assert answer.status_code == 409
    assert "Somebody has changed this paragraph." in words_of(answer)
    assert f'value="{hunk(room, "CPV submitted")}"' in answer.content.decode()
    assert Incorporation.objects.count() == 0


def test_a_step_is_undone_on_the_page_of_the_answers(room: Room) -> None:
    send(room, take=hunk(room, "CPV submitted"))
    [incorporation] = Incorporation.objects.all()
    undo = reverse("undo_incorporation", args=[SLUG, incorporation.public_id])
    form = {"capacity": room.capacities["staff"]}
    first = client(room, "staff").post(undo, form, follow=True)
    again = client(room, "staff").post(undo, form, follow=True)

    assert "The step is undone." in words_of(first)
    assert "incorporated in full" not in words_of(first)
    assert row(room).text == NOW
    assert "This step is already undone." in words_of(again)


def test_a_struck_paragraph_takes_no_words(room: Room) -> None:
    strike_paragraph(access=room.access("staff"), paragraph=row(room))
    text = words_of(get(room, take=hunk(room, "CPV submitted")))

    assert "This paragraph was deleted in the working text." in text
    assert "Incorporate these words" not in text


@pytest.mark.parametrize(
    ("who", "status"), [("CPV focal_point", 404), ("secretariat", 403), ("JPN focal_point", 404)]
)
def test_the_page_is_for_those_who_edit_the_text(room: Room, who: str, status: int) -> None:
    assert get(room, who).status_code == status


def test_whatever_is_written_into_the_address_is_answered(room: Room) -> None:
    for query in (
        {"take": ["", ".", "x.y", "CPV-1.99", "CPV-999.0", "CPV-1.0.0", "CPV-1." + "9" * 5000]},
        {"take": hunk(room, "CPV submitted"), "choice.CPV-1.x": "mine", "choice.": "y"},
    ):
        assert get(room, **query).status_code == 200
    assert send(room, take="CPV-999.0").status_code == 422
    assert send(room, take=hunk(room, "CPV submitted"), version="x").status_code == 409
    assert send(room, take="CPV-1.0", version="9" * 5000).status_code == 409
    assert send(room, whole=room.comment("CPV submitted").reference).status_code == 422


def test_the_page_costs_the_same_with_many_inputs(room: Room) -> None:
    with CaptureQueriesContext(connection) as few:
        get(room)
    first = room.comment("CPV submitted")
    fields = {f.attname: getattr(first, f.attname) for f in Comment._meta.concrete_fields}
    own = ("id", "public_id", "form_key", "number")
    Comment.objects.bulk_create(
        Comment(number=number, **{k: v for k, v in fields.items() if k not in own})
        for number in range(100, 130)
    )
    with CaptureQueriesContext(connection) as many:
        page = get(room)

    assert page.content.decode().count(marker("CPV submitted")) > 30
    assert len(many) == len(few)
