"""The pages on which a text is read and commented, drafts are cleared, and history is shown."""

import html
import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.drafting.acts import clear_comment, draft_comment, edit_comment
from comments.inputs.audience import refusal_of
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.submitting.acts import submit_comment
from consultations.models import LatePolicy, Round, Visibility
from consultations.time.wall_clock import moment_in_words
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, merge_paragraphs
from drafts.models import Paragraph, Wording
from tests.room import SLUG, Room, marker, words

HTMX = {"HX-Request": "true"}


class Person:
    """A browser in which somebody is signed in, in one capacity."""

    def __init__(self, room: Room, who: str) -> None:
        self.client, self.capacity = Client(), room.capacities[who]
        self.client.force_login(room.users[who])
        session = self.client.session
        session[CAPACITY_SESSION_KEY] = self.capacity
        session.save()

    def get(self, name: str, *args: Any, headers: Any = None, **query: Any) -> Any:
        return self.client.get(reverse(name, args=[SLUG, *args]), query, headers=headers)

    def post(self, name: str, /, *args: Any, headers: Any = None, **data: Any) -> Any:
        sent = {"capacity": self.capacity} | data
        return self.client.post(reverse(name, args=[SLUG, *args]), sent, headers=headers)


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def proposal(**more: Any) -> dict[str, Any]:
    fields = {
        "kind": "replace",
        "type": "substantive",
        "language": "en",
        "proposed": "To raise awareness of all trafficking.",
        "rationale": "Wider.",
        "form_key": str(uuid.uuid4()),
    }
    return fields | more


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph of the first draft."""
    return room.wording(room.revision, 2)


# --- Reading -------------------------------------------------------------------------------------


def test_the_latest_revision_is_what_one_reads_without_a_number(room: Room) -> None:
    shown = page(Person(room, "FRA contributor").get("latest", "plan"))
    assert "To train officials." in shown
    assert "First draft" in shown


def test_an_open_thread_stands_in_the_page_and_to_htmx_it_comes_alone(
    room: Room, first: Wording
) -> None:
    person, open_ = Person(room, "FRA contributor"), first.paragraph.public_id
    whole = page(person.get("reading", "plan", 2, open=open_))
    alone = page(person.get("reading", "plan", 2, open=open_, headers=HTMX))
    assert whole.count('id="thread"') == 1
    assert "<!doctype" not in alone and 'id="thread"' not in alone
    for shown in (whole, alone):
        assert marker("FRA draft") in shown
        assert marker("CPV submitted") in shown
        assert marker("CPV draft") not in shown
        assert "Visible to all delegations." in shown


def test_the_address_of_a_paragraph_that_was_merged_opens_the_one_that_has_its_words(
    room: Room,
) -> None:
    """As in a mail of before: it names no revision, and the paragraph is no longer in the text."""
    rows = Paragraph.objects.select_related("draft", "parent")
    kept, merged = (rows.get(draft=room.draft, label=label) for label in "12")
    leader = room.access("co_facilitator")
    merge_paragraphs(access=leader, paragraphs=[kept, merged], text="Both in one.")
    circulate_revision(access=leader, draft=room.draft, stage="Rev.1")

    reader = Person(room, "FRA contributor")
    shown = page(reader.get("reading", "plan", 3, open=merged.public_id))
    assert shown.count('id="thread"') == 1
    assert marker("CPV submitted") in shown
    assert f'is-open" id="p-{kept.public_id}"' in shown


def test_a_text_that_was_never_circulated_does_not_exist(room: Room) -> None:
    for who in ("FRA focal_point", "co_facilitator"):
        assert Person(room, who).get("latest", "resolution").status_code == 404
    assert Person(room, "FRA focal_point").get("reading", "plan", 9).status_code == 404
    assert Person(room, "FRA focal_point").get("reading", "plan", 2, section=7).status_code == 404


def test_the_reading_page_costs_fourteen_queries_at_most_with_few_inputs_and_with_many(
    room: Room, first: Wording
) -> None:
    person, open_ = Person(room, "FRA focal_point"), first.paragraph.public_id

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert person.get("reading", "plan", 2, open=open_).status_code == 200
        return len(captured)

    queries()  # the first request in five minutes also notes that they were here
    few = queries()
    for number in range(30):
        comment = draft_comment(
            access=room.access("CPV contributor", -5),
            wording=first,
            content=CommentContent(**words(f"CPV {number}")),
        )
        submit_comment(access=room.access("CPV focal_point", -4), comment=comment)
    assert queries() == few <= 14


def test_one_goes_to_a_subparagraph_as_it_is_cited(room: Room) -> None:
    above = Paragraph.objects.select_related("draft").get(draft=room.draft, label="2")
    below = [
        add_paragraph(
            access=room.access("co_facilitator"),
            draft=room.draft,
            kind="operative",
            text="Below the second.",
            after=paragraph,
            parent=paragraph,
            label="(a)",
        )
        for paragraph in (Paragraph.objects.get(draft=room.draft, label="1"), above)
    ]
    circulate_revision(access=room.access("co_facilitator"), draft=room.draft, stage="Rev.2")
    answer = Person(room, "FRA focal_point").get("reading", "plan", 3, label="2 (a)")
    assert answer.status_code == 302
    assert answer.url.endswith(f"#p-{below[1].public_id}")


def test_to_a_paragraph_that_is_not_there_the_page_says_so(room: Room) -> None:
    shown = page(Person(room, "FRA focal_point").get("reading", "plan", 2, label="OP99"))
    assert "There is no paragraph OP99 in this text." in shown


def test_footnotes_stand_each_in_its_own_direction_below_their_paragraph(room: Room) -> None:
    desk = room.access("co_facilitator")
    add_paragraph(
        access=desk,
        draft=room.draft,
        kind="operative",
        text="تقرر أن تجتمع.",
        after=room.draft.paragraphs.kept().latest("place"),
        notes=["انظر القرار 64/293.", "See 70/1."],
    )
    out = circulate_revision(access=desk, draft=room.draft, stage="Rev.1")
    shown = page(Person(room, "FRA focal_point").get("reading", room.draft.slug, out.number))
    for number, text in enumerate(("انظر القرار 64/293.", "See 70/1."), 1):
        note = f'<p class="paragraph__note" lang="en" dir="auto"><sup>{number}</sup> {text}</p>'
        assert note in shown


# --- Writing -------------------------------------------------------------------------------------


def test_a_contributor_keeps_a_draft_that_only_the_own_delegation_reads(
    room: Room, first: Wording
) -> None:
    person = Person(room, "FRA contributor")
    answer = person.post("draft_comment", first.public_id, **proposal())
    comment = Comment.objects.latest("pk")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(
        f"/plan/2/?open={first.paragraph.public_id}&comment={comment.public_id}"
        f"#c-{comment.public_id}"
    )
    assert (comment.proposed, comment.rationale) == (
        "To raise awareness of all trafficking.",
        "Wider.",
    )
    open_ = {"open": first.paragraph.public_id}
    assert "Wider." in page(person.get("reading", "plan", 2, **open_))
    for other in ("CPV focal_point", "co_facilitator", "secretariat"):
        assert "Wider." not in page(Person(room, other).get("reading", "plan", 2, **open_))


def test_to_htmx_the_answer_is_the_thread_and_lets_the_kept_words_go(
    room: Room, first: Wording
) -> None:
    answer = Person(room, "FRA contributor").post(
        "draft_comment", first.public_id, headers=HTMX, **proposal()
    )
    assert answer.status_code == 200
    assert "data-keep-clear" in page(answer) and "<!doctype" not in page(answer)


def test_words_are_taken_as_typed_to_the_last_space(room: Room, first: Wording) -> None:
    typed = "  «To raise\u00a0awareness»  [of]\r\n\u202bنص\u202c trafficking. "
    Person(room, "FRA contributor").post(
        "draft_comment", first.public_id, **proposal(proposed=typed)
    )
    assert Comment.objects.latest("pk").proposed == typed.replace("\r\n", "\n")


def test_a_double_click_makes_one_comment(room: Room, first: Wording) -> None:
    person, fields, before = Person(room, "FRA contributor"), proposal(), Comment.objects.count()
    for _press in range(2):
        assert person.post("draft_comment", first.public_id, **fields).status_code == 302
    assert Comment.objects.count() == before + 1


def test_what_was_typed_survives_a_refusal_of_the_form(room: Room, first: Wording) -> None:
    fields = proposal(proposed=first.text, rationale="Kept words")
    answer = Person(room, "FRA contributor").post("draft_comment", first.public_id, **fields)
    assert answer.status_code == 422
    assert "Kept words" in page(answer)
    assert "This is the present wording." in page(answer)


def test_a_deadline_that_passes_while_typing_keeps_the_words_to_be_copied(
    room: Room, first: Wording
) -> None:
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1)
    )
    before = Comment.objects.count()
    for headers in (None, HTMX):
        answer = Person(room, "FRA contributor").post(
            "draft_comment", first.public_id, headers=headers, **proposal()
        )
        assert answer.status_code == 422
        shown = page(answer)
        assert shown.index("This round closed ") < shown.index("Nothing was saved.")
        assert "To raise awareness of all trafficking." in shown
        assert "What you can still do" in shown
        assert "Ask the co-facilitators to open another round on this text." in shown
        assert "Raise it at the next meeting: First reading, " in shown
    assert Comment.objects.count() == before


def test_a_draft_saved_after_the_deadline_says_first_that_it_will_be_late(
    room: Room, first: Wording
) -> None:
    Round.objects.filter(pk=room.round.pk).update(deadline=room.at(-1))
    answer = Person(room, "FRA contributor").post(
        "draft_comment", first.public_id, headers=HTMX, **proposal()
    )
    assert re.search(r"The deadline was [^<]+ This will be marked late. Saved", page(answer))


@pytest.mark.parametrize(
    ("who", "name", "sentence"),
    [
        ("FRA contributor", "reading", "Comments closed {moment} · late ones are marked"),
        ("co_facilitator", "circulated", "Inputs are asked for in “{round}” until {moment}."),
    ],
)
def test_the_pages_of_a_text_say_when_its_round_was_closed_early(
    room: Room, who: str, name: str, sentence: str
) -> None:
    Round.objects.filter(pk=room.round.pk).update(closed_at=room.at(-1))
    expected = sentence.format(
        round=room.round, moment=moment_in_words(room.at(-1), room.consultation.zone)
    )
    assert expected in page(Person(room, who).get(name, "plan", 2))


def test_a_round_that_asks_again_is_named_to_who_missed_the_deadline(
    room: Room, first: Wording
) -> None:
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1), visibility=Visibility.AT_CLOSE
    )
    again = Round.objects.create(
        consultation=room.consultation,
        name="Second call",
        opens_at=room.at(1),
        deadline=room.at(9),
        visibility=Visibility.AT_CLOSE,
        asks_again=room.round,
    )
    person = Person(room, "FRA contributor")
    shown = page(person.post("draft_comment", first.public_id, **proposal()))
    assert f"“{again}” asks again on this text. It opens " in shown
    assert "You can now read the inputs of the other delegations" in shown


@pytest.mark.parametrize("missed", [0, 1])
@pytest.mark.parametrize("reopened", [0, 1])
def test_who_missed_a_round_is_told_of_the_next_one_on_the_same_text_whichever_it_reopens(
    room: Room, missed: int, reopened: int
) -> None:
    def reopening(name: str, earlier: Round, opens: float, deadline: float) -> Round:
        return Round.objects.create(
            consultation=room.consultation,
            name=name,
            opens_at=room.at(opens),
            deadline=room.at(deadline),
            visibility=Visibility.AT_CLOSE,
            late_policy=LatePolicy.REFUSE,
            asks_again=earlier,
        )

    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, opens_at=room.at(-9), deadline=room.at(-8)
    )
    room.round.refresh_from_db()
    closed_rounds = [room.round, reopening("Second call", room.round, -7, -6)]
    reopening("Third call", closed_rounds[reopened], 1, 9)
    refusal = refusal_of(room.access("FRA contributor"), closed_rounds[missed], "Closed.")
    assert refusal.next_steps[0].startswith("“Third call” asks again on this text. It opens ")


def test_a_form_of_another_capacity_is_never_written(room: Room, first: Wording) -> None:
    person, before = Person(room, "co_facilitator as PRT"), Comment.objects.count()
    answer = person.post(
        "draft_comment", first.public_id, **proposal(capacity=room.capacities["co_facilitator"])
    )
    assert answer.status_code == 409
    assert "To raise awareness of all trafficking." in page(answer)
    assert Comment.objects.count() == before


def test_after_signing_in_again_the_address_of_the_form_shows_its_paragraph(
    room: Room, first: Wording
) -> None:
    answer = Person(room, "FRA contributor").get("draft_comment", first.public_id)
    assert answer.headers["Location"].endswith(f"/plan/2/?open={first.paragraph.public_id}")


def test_a_second_save_sees_both_texts(room: Room) -> None:
    comment = room.comment("FRA draft")
    person = Person(room, "FRA deputy")
    fields = proposal(version=comment.version)
    assert person.post("edit_comment", comment.public_id, **fields).status_code == 302
    late = proposal(version=comment.version, proposed="The words of the second tab")
    answer = person.post("edit_comment", comment.public_id, **late)
    assert answer.status_code == 422
    assert "The words of the second tab" in page(answer)
    assert "To raise awareness of all trafficking." in page(answer)
    mended = late | {"version": comment.version + 1}
    assert f'value="{comment.version + 1}"' in page(answer)
    assert person.post("edit_comment", comment.public_id, **mended).status_code == 302


def test_a_draft_whose_round_closes_while_one_edits_it_keeps_the_words(room: Room) -> None:
    draft = room.comment("FRA draft")
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1)
    )
    answer = Person(room, "FRA contributor").post(
        "edit_comment", draft.public_id, **proposal(version=draft.version)
    )
    assert answer.status_code == 422
    assert "To raise awareness of all trafficking." in page(answer)
    assert "This round closed " in page(answer) and "What you can still do" in page(answer)
    assert room.comment("FRA draft").proposed == draft.proposed


def test_somebody_elses_draft_cannot_be_edited_even_by_its_address(room: Room) -> None:
    draft = room.comment("FRA draft")
    for who in ("CPV focal_point", "co_facilitator"):
        answer = Person(room, who).post("edit_comment", draft.public_id, **proposal(version=1))
        assert answer.status_code == 404


def test_an_expired_session_leads_through_sign_in_back_to_the_paragraph(
    room: Room, first: Wording
) -> None:
    address = reverse("draft_comment", args=[SLUG, first.public_id])
    answer = Client().post(address, proposal())
    shown = page(answer)
    assert answer.status_code == 403
    assert f"?next={quote(address, safe='')}" in shown
    assert proposal()["proposed"] in shown


# --- Clearing ------------------------------------------------------------------------------------


def test_a_draft_is_cleared_sent_back_and_discarded(room: Room) -> None:
    person, draft = Person(room, "FRA deputy"), room.comment("FRA draft")
    open_at = draft.paragraph.public_id
    card_address = f"/comments/{draft.public_id}/clear/"
    shown = page(person.get("reading", "plan", 2, open=open_at))
    version = re.search(rf'{card_address}.*?name="version" value="(\d+)"', shown, re.DOTALL)
    assert version
    person.post("clear_comment", draft.public_id, version=version[1])
    assert room.comment("FRA draft").cleared_at is not None
    person.post("return_comment", draft.public_id, reason="The capital asks again.")
    assert room.comment("FRA draft").cleared_at is None
    assert "Discard this draft?" in page(person.get("discard_comment", draft.public_id))
    person.post("discard_comment", draft.public_id)
    assert room.comment("FRA draft").discarded_at is not None


@pytest.mark.parametrize("version", [{}, {"version": "x"}, {"version": 1}])
def test_words_that_were_saved_after_the_card_was_shown_are_not_cleared(
    room: Room, version: dict[str, Any]
) -> None:
    person, draft = Person(room, "FRA deputy"), room.comment("FRA draft")
    edit_comment(
        access=room.access("FRA contributor"),
        comment=draft,
        version=draft.version,
        content=CommentContent(**words("FRA new")),
    )
    answer = person.post("clear_comment", draft.public_id, **version)
    assert room.comment("FRA draft").cleared_at is None
    shown = page(person.client.get(answer["Location"]))
    assert "Something changed since this page was shown. Please review it again." in shown


def test_a_second_press_on_clear_changes_nothing(room: Room) -> None:
    person, draft = Person(room, "FRA deputy"), room.comment("FRA draft")
    for _press in range(2):
        person.post("clear_comment", draft.public_id, version=draft.version)
    assert room.comment("FRA draft").version == draft.version + 1
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    assert room.comment("FRA draft").version == draft.version + 1


# --- History -------------------------------------------------------------------------------------


def test_others_see_the_history_from_submission_on_and_never_the_person(room: Room) -> None:
    comment = room.comment("FRA submitted")
    own = page(Person(room, "FRA contributor").get("comment", comment.public_id))
    assert marker("FRA before submission") in own and "FRA deputy" in own
    for who in ("CPV focal_point", "co_facilitator", "secretariat"):
        shown = page(Person(room, who).get("comment", comment.public_id))
        assert marker("FRA before submission") not in shown
        assert "submitted it" in shown and "focal point, France" in shown
        assert "FRA deputy" not in shown and "FRA focal_point" not in shown


def test_a_paragraph_is_shown_through_its_revisions(room: Room, first: Wording) -> None:
    shown = page(Person(room, "IOM contributor").get("wording_history", first.paragraph.public_id))
    assert "first circulated it in First draft" in shown
    assert "To raise awareness of trafficking." in shown
