"""Autosave: words are saved while somebody types, for that person, and found again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.drafting.acts import discard_comment, draft_comment, save_autosave
from comments.inputs.content import CommentContent
from comments.models import MAX_FIELD_LENGTH, Autosave, Comment
from comments.submitting.acts import withdraw_comment
from comments.threads.internal import autosaved_words_on
from consultations.models import LatePolicy, Round
from consultations.rules.access import Refused
from drafts.models import Draft, Wording
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import SLUG, Room, marker, words as comment_words

pytestmark = pytest.mark.every_server


@pytest.fixture
def third(room: Room) -> Wording:
    """A paragraph on which France has nothing yet."""
    return room.wording(room.revision, 4)


def half(**more: Any) -> dict[str, Any]:
    return {
        "kind": "replace",
        "proposed": "To report twice",
        "rationale": "",
        "type": "editorial",
    } | more


def test_what_is_typed_is_kept_and_the_answer_says_when(room: Room, third: Wording) -> None:
    answer = Person(room, "FRA contributor").post("typing", third.public_id, **half())
    typed = autosaved_words_on(room.access("FRA contributor"), third.public_id)
    assert answer.status_code == 200
    assert typed is not None and typed.text_by_field["proposed"] == "To report twice"
    assert answer.json() == {"said": f"Saved {typed.when_text}"}


def test_a_character_that_no_database_keeps_costs_no_other(room: Room, third: Wording) -> None:
    person, sent = Person(room, "FRA contributor"), half(proposed="To report\0 twice")
    for _time in range(2):  # the first makes the row, the second changes it
        assert person.post("typing", third.public_id, **sent).status_code == 200
    typed = autosaved_words_on(room.access("FRA contributor"), third.public_id)
    assert typed is not None and typed.text_by_field["proposed"] == "To report twice"


def test_the_hour_is_that_of_the_readers_own_clock(room: Room, third: Wording) -> None:
    user = room.users["FRA contributor"]
    answers = {}
    for zone in ("America/New_York", "Asia/Kathmandu"):
        type(user).objects.filter(pk=user.pk).update(time_zone=zone)
        answers[zone] = Person(room, "FRA contributor").post("typing", third.public_id, **half())
    hours = [answer.json()["said"] for answer in answers.values()]
    assert hours[0][-2:] != hours[1][-2:]  # Kathmandu is three quarters of an hour off


def test_the_last_words_win_and_there_is_one_row(room: Room, third: Wording) -> None:
    person = Person(room, "FRA contributor")
    for words in ("To", "To report", "To report twice"):
        person.post("typing", third.public_id, **half(proposed=words))
    (kept,) = Autosave.objects.filter(user=room.users["FRA contributor"])
    assert kept.words["proposed"] == "To report twice"


def test_the_form_opens_again_with_the_words_and_says_from_when(room: Room, third: Wording) -> None:
    person = Person(room, "FRA contributor")
    person.post("typing", third.public_id, **half())
    shown = page(person.get("reading", "plan", 2, open=third.paragraph.public_id))
    assert "Restored: text you typed at" in shown and "To report twice</textarea>" in shown
    assert "Start again" in shown


def test_beside_an_own_draft_the_form_opens_where_words_wait(room: Room) -> None:
    person, first = Person(room, "FRA contributor"), room.wording(room.revision, 2)
    before = page(person.get("reading", "plan", 2, open=first.paragraph.public_id))
    person.post("typing", first.public_id, **half(proposed="Something new"))
    after = page(person.get("reading", "plan", 2, open=first.paragraph.public_id))
    assert ("Write another comment" in before, "Write another comment" in after) == (True, False)
    assert "Something new</textarea>" in after


def test_to_start_afresh_lets_the_words_go(room: Room, third: Wording) -> None:
    person = Person(room, "FRA contributor")
    person.post("typing", third.public_id, **half())
    answer = person.post("typing", third.public_id, afresh="1")
    shown = page(person.client.get(answer.headers["Location"]))
    assert "Restored: text you typed at" not in shown and "To report yearly.</textarea>" in shown
    assert autosaved_words_on(room.access("FRA contributor"), third.public_id) is None


def test_nobody_else_reads_them_not_even_a_colleague(room: Room, third: Wording) -> None:
    Person(room, "FRA contributor").post(
        "typing", third.public_id, **half(proposed=marker("on its way"))
    )
    for who in ("FRA focal_point", "FRA deputy", "CPV focal_point", "co_facilitator"):
        shown = page(Person(room, who).get("reading", "plan", 2, open=third.paragraph.public_id))
        assert marker("on its way") not in shown and "Restored: text you typed at" not in shown


def test_in_another_capacity_the_same_person_does_not_find_them(room: Room, third: Wording) -> None:
    room.users["PRT deputy"] = room.users["co_facilitator"]
    person = Person(room, "co_facilitator as PRT")
    person.post("typing", third.public_id, **half())
    assert autosaved_words_on(room.access("co_facilitator as PRT"), third.public_id) is not None
    assert autosaved_words_on(room.access("co_facilitator"), third.public_id) is None


def test_a_form_of_another_capacity_keeps_nothing_and_answers_409(
    room: Room, third: Wording
) -> None:
    answer = Person(room, "FRA contributor").post(
        "typing", third.public_id, **half(capacity=room.capacities["CPV deputy"])
    )
    assert answer.status_code == 409
    assert autosaved_words_on(room.access("FRA contributor"), third.public_id) is None


def test_signed_out_nothing_is_kept_and_the_answer_says_so(room: Room, third: Wording) -> None:
    url = reverse("typing", args=[SLUG, third.public_id])
    assert Client().post(url, half()).status_code == 403


def test_who_may_not_draft_is_told_in_a_sentence(room: Room, third: Wording) -> None:
    answer = Person(room, "co_facilitator").post("typing", third.public_id, **half())
    assert answer.status_code == 422
    assert answer.json() == {"said": "As co-facilitator you cannot do this."}


def test_once_kept_as_a_draft_the_words_are_typed_no_more(room: Room, third: Wording) -> None:
    person, fields = Person(room, "FRA contributor"), proposal()
    person.post("typing", third.public_id, **half())
    person.post("draft_comment", third.public_id, **fields)
    late = person.post("typing", third.public_id, **half(form_key=fields["form_key"]))
    assert late.status_code == 200  # the last save came behind the form itself
    assert autosaved_words_on(room.access("FRA contributor"), third.public_id) is None


def test_a_change_of_a_draft_is_kept_apart_with_the_version_it_began_from(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA deputy")
    person.post(
        "typing_of_comment", draft.public_id, **half(proposed="Half", version=draft.version)
    )
    Person(room, "FRA contributor").post(
        "edit_comment", draft.public_id, **proposal(version=draft.version)
    )
    shown = page(person.get("edit_comment", draft.public_id))
    assert "Restored: text you typed at" in shown and "Half</textarea>" in shown
    assert f'name="version" value="{draft.version}"' in shown
    person.post("typing_of_comment", draft.public_id, afresh="1")
    shown = page(person.get("edit_comment", draft.public_id))
    assert (
        "Restored: text you typed at" not in shown
        and "To raise awareness of all trafficking." in shown
    )


def test_the_new_version_of_an_input_is_kept_while_it_is_typed(room: Room) -> None:
    old, person = room.comment("FRA submitted"), Person(room, "FRA focal_point")
    person.post("typing_of_comment", old.public_id, **half(proposed="A better way"))
    assert "A better way</textarea>" in page(person.get("supersede_comment", old.public_id))
    person.post("supersede_comment", old.public_id, **proposal(proposed="A better way"))
    assert not Autosave.objects.filter(comment=old).exists()


def test_words_that_say_what_the_form_says_are_not_restored(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA deputy")
    person.post(
        "typing_of_comment",
        draft.public_id,
        kind=draft.kind,
        type=draft.type,
        proposed=draft.proposed,
        rationale=draft.rationale,
    )
    assert "Restored: text you typed at" not in page(person.get("edit_comment", draft.public_id))


def test_keeping_costs_few_queries(room: Room, third: Wording) -> None:
    person = Person(room, "FRA contributor")
    person.post("typing", third.public_id, **half())
    with CaptureQueriesContext(
        connection,
    ) as captured:
        person.post("typing", third.public_id, **half(proposed="More"))
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 9, asked


def test_a_move_that_is_edited_keeps_the_place_it_names(room: Room) -> None:
    person, third = Person(room, "FRA contributor"), room.wording(room.revision, 4)
    label = room.wording(room.revision, 2).label
    person.post("draft_comment", third.public_id, **proposal(kind="move", move_after=label))
    draft = Comment.objects.get(kind="move", filed_by__code="FRA")
    assert f'value="{label}"' in page(person.get("edit_comment", draft.public_id))


def test_on_what_one_may_not_read_nothing_is_kept(room: Room) -> None:
    access, before = room.access("FRA contributor"), set(Autosave.objects.values_list("pk"))
    with pytest.raises(Refused, match="another consultation"):
        save_autosave(
            access=access, wording=room.wording(room.other_revision, 1), text_by_field=half()
        )
    with pytest.raises(Refused, match="another delegation"):
        save_autosave(
            access=access,
            wording=room.wording(room.revision, 2),
            text_by_field=half(),
            comment=room.comment("CPV draft"),
        )
    assert set(Autosave.objects.values_list("pk")) == before


def test_words_kept_as_a_draft_are_forgotten_and_what_is_typed_elsewhere_stays(
    room: Room, third: Wording
) -> None:
    access, second = room.access("FRA contributor"), room.wording(room.revision, 3)
    own = Autosave.objects.filter(user=access.user, capacity=access.capacity.key)
    own.all().delete()
    draft = draft_comment(
        access=access, wording=third, content=CommentContent(**comment_words("FRA typed before"))
    )
    for wording, comment in ((second, None), (third, None), (third, draft)):
        save_autosave(access=access, wording=wording, text_by_field=half(), comment=comment)
    draft_comment(
        access=access,
        wording=third,
        content=CommentContent(**comment_words("FRA typed")),
        is_typed=True,
    )
    left = {(second.pk, None), (third.pk, draft.pk)}
    assert set(own.values_list("wording", "comment")) == left


def test_what_a_program_writes_leaves_the_words_that_its_person_types(
    room: Room, third: Wording
) -> None:
    access, program = room.access("FRA contributor"), with_key(room, "FRA contributor")
    draft, on_record = room.comment("FRA draft"), room.comment("FRA submitted")
    own = Autosave.objects.filter(user=access.user, capacity=access.capacity.key)
    own.all().delete()
    first = room.wording(room.revision, 2)
    for wording, comment in ((third, None), (first, draft), (first, on_record)):
        save_autosave(access=access, wording=wording, text_by_field=half(), comment=comment)
    content = {"kind": "replace", "proposed": "To report by radio.", "rationale": "It is heard."}
    body = {"wording": str(third.public_id)} | content
    version_path = address("comments", on_record.public_id, "draft-version")
    answers = [
        program.post(address("comments"), body, format="json"),
        program.patch(
            address("comments", draft.public_id),
            content | {"version": draft.version},
            format="json",
        ),
        program.post(version_path, content, format="json"),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 201]
    assert set(own.values_list("comment", flat=True)) == {None, draft.pk, on_record.pk}


def test_of_what_is_typed_past_the_limit_a_little_more_is_kept(room: Room, third: Wording) -> None:
    access, most = room.access("CIV contributor"), MAX_FIELD_LENGTH + 5_000
    save_autosave(access=access, wording=third, text_by_field={"proposed": "a" * (most + 1)})
    [kept] = Autosave.objects.filter(wording=third)
    assert (kept.words, kept.saved_at) == ({"proposed": "a" * most}, room.now)
    later = room.access("CIV contributor", 1)
    save_autosave(access=later, wording=third, text_by_field={"proposed": "b"})
    kept.refresh_from_db()
    assert (kept.words, kept.saved_at) == ({"proposed": "b"}, room.at(1))


# --- Words whose form no longer opens -------------------------------------------------------------

UNFINISHED = "Half a sentence in care of nobody"


def _type(person: Person, name: str, public_id: Any) -> None:
    assert person.post(name, public_id, **half(proposed=UNFINISHED)).status_code == 200


def _listed(person: Person) -> str:
    """The list of what was typed and not saved, on the page of the own inputs; empty for none."""
    shown = page(person.get("workspace"))
    _before, _heading, after = shown.partition('aria-labelledby="unfinished"')
    return after.partition("</section>")[0]


def test_who_discards_a_draft_discards_what_they_were_typing_into_it(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA contributor")
    _type(person, "typing_of_comment", draft.public_id)
    assert reverse("edit_comment", args=[SLUG, draft.public_id]) in _listed(person)
    assert person.post("discard_comment", draft.public_id, confirmed="yes").status_code == 302
    assert not Autosave.objects.filter(comment=draft).exists()
    assert _listed(person) == ""


def test_what_is_sent_to_a_draft_that_a_colleague_discarded_is_shown_to_be_copied(
    room: Room,
) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA contributor")
    discard_comment(access=room.access("FRA deputy"), comment=draft)
    answer = person.post(
        "edit_comment", draft.public_id, **proposal(version=1, proposed=UNFINISHED)
    )
    assert answer.status_code == 422
    assert "The draft is discarded." in page(answer)
    assert f"{UNFINISHED}</textarea>" in page(answer)
    assert Comment.objects.get(pk=draft.pk).proposed == draft.proposed
    assert person.get("edit_comment", draft.public_id).status_code == 404
    stranger = Person(room, "CPV contributor").post("edit_comment", draft.public_id, **proposal())
    assert stranger.status_code == 404


def _discard(room: Room, comment: Comment) -> None:
    discard_comment(access=room.access("FRA deputy"), comment=comment)


def _withdraw(room: Room, comment: Comment) -> None:
    access = room.access("FRA focal_point")
    withdraw_comment(access=access, comment=comment, reason="No longer needed.")


def _close_round(room: Room, comment: Comment | None = None) -> None:
    Round.objects.update(deadline=room.at(-0.1), late_policy=LatePolicy.REFUSE)


def _adopt(room: Room, comment: Comment | None = None) -> None:
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-0.1))


@pytest.mark.parametrize(
    ("name", "end", "reason"),
    [
        ("FRA draft", _discard, "The draft is discarded."),
        ("FRA draft", _close_round, "This round is closed and accepts no late inputs."),
        ("FRA draft", _adopt, "The text is adopted. The record no longer changes."),
        ("FRA submitted", _withdraw, "This input was already withdrawn."),
    ],
)
def test_words_typed_into_what_can_no_longer_be_changed_are_listed_to_be_copied(
    room: Room, name: str, end: Callable[[Room, Comment], None], reason: str
) -> None:
    comment, person = room.comment(name), Person(room, "FRA contributor")
    form = "supersede_comment" if comment.submitted_at else "edit_comment"
    _type(person, "typing_of_comment", comment.public_id)
    assert reverse(form, args=[SLUG, comment.public_id]) in _listed(person)
    assert UNFINISHED not in _listed(person)  # the form has them
    end(room, comment)
    listed = _listed(person)
    assert reverse(form, args=[SLUG, comment.public_id]) not in listed
    assert reason in listed and f"{UNFINISHED}</textarea>" in listed
    front = page(person.client.get(reverse("consultation", args=[SLUG])))
    assert reverse(form, args=[SLUG, comment.public_id]) not in front
    assert f"{reverse('workspace', args=[SLUG])}#unfinished" in front
    assert UNFINISHED not in _listed(Person(room, "FRA deputy"))
    answer = person.post("typing_of_comment", comment.public_id, afresh="1")
    assert answer.headers["Location"] == f"{reverse('workspace', args=[SLUG])}#unfinished"
    assert _listed(person) == "" and not Autosave.objects.filter(comment=comment).exists()


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (_close_round, "and accepts no late inputs."),
        (_adopt, "The text is adopted. It no longer accepts inputs."),
    ],
)
def test_words_for_a_new_comment_that_is_no_longer_accepted_are_listed_to_be_copied(
    room: Room, third: Wording, end: Callable[[Room], None], reason: str
) -> None:
    person = Person(room, "FRA contributor")
    _type(person, "typing", third.public_id)
    assert f"open={third.paragraph.public_id}" in _listed(person)
    end(room)
    listed = _listed(person)
    assert f"open={third.paragraph.public_id}" not in listed
    assert reason in listed and f"{UNFINISHED}</textarea>" in listed
    answer = person.post("typing", third.public_id, afresh="1")
    assert answer.headers["Location"] == f"{reverse('workspace', args=[SLUG])}#unfinished"
    assert _listed(person) == ""
