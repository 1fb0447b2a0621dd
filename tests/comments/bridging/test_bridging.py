"""Bridging proposals: drafted, put to delegations, answered, and visible to whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db.models import F

from comments.bridging import acts as bridging_acts
from comments.bridging.acts import BridgingAnswerContent
from comments.bridging.mail import compose_bridging
from comments.models import AskedSeat, BridgingAnswer, BridgingProposal
from consultations.models import Mail, MailKind, Seat
from consultations.rules.access import Refused
from consultations.rules.phases import GRACE
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import StaleVersion, add_paragraph, edit_paragraph
from drafts.desk.steps import undo_step
from drafts.models import DeskStep, Draft, Paragraph, ParagraphKind, Wording
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import ELSEWHERE, SLUG, Room, marker

WORDS = f"To raise awareness of trafficking, {marker('bridge')}, among all."
OWN = f"To raise awareness, {marker('own bridge')}."
PLACE = 2

pytestmark = pytest.mark.django_db


def draft_proposal(room: Room, text: str = WORDS, who: str = "staff", days: float = -2) -> Any:
    wording = room.wording(room.revision, PLACE)
    wording.paragraph = Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id)
    access = room.access(who, days)
    return bridging_acts.draft_bridging(access=access, wording=wording, text=text)


def ask_seats(
    room: Room,
    codes: tuple[str, ...] = ("CPV", "FRA", "IOM"),
    seen_by: str = "facilitators",
    deadline: float = 2,
    days: float = -1,
) -> Any:
    row = draft_proposal(room)
    return bridging_acts.ask_on_bridging(
        access=room.access("co_facilitator", days),
        proposal=row,
        version=row.version,
        seats=list(room.consultation.seats.filter(code__in=codes).select_related("delegation")),
        deadline=room.at(deadline),
        answers_seen_by=seen_by,
    )


def question(proposal: BridgingProposal, code: str) -> AskedSeat:
    return AskedSeat.objects.select_related("proposal").get(proposal=proposal, seat__code=code)


def answer_for(
    room: Room, proposal: BridgingProposal, code: str, days: float = 0, **fields: Any
) -> BridgingAnswer:
    return bridging_acts.answer_bridging(
        access=room.access(f"{code} focal_point", days),
        asked_seat=question(proposal, code),
        content=BridgingAnswerContent(**({"stance": "yes"} | fields)),
    )


def close_proposal(room: Room, proposal: BridgingProposal, days: float = 3) -> BridgingProposal:
    return bridging_acts.close_bridging(access=room.access("staff", days), proposal=proposal)


# --- Written -------------------------------------------------------------------------------------


def test_words_are_written_changed_and_kept_with_who_wrote_them(room: Room) -> None:
    row = draft_proposal(room)
    changed = bridging_acts.edit_bridging(
        access=room.access("co_facilitator"), proposal=row, version=1, text=f"{WORDS} "
    )
    assert (changed.text, changed.version) == (f"{WORDS} ", 2)
    steps = row.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert [words.split(",")[0] for words in steps] == ["staff", "co-facilitator"]


def test_a_second_press_discards_nothing_twice(room: Room) -> None:
    row, staff = draft_proposal(room), room.access("staff")
    first = bridging_acts.discard_bridging(access=staff, proposal=row)
    again = bridging_acts.discard_bridging(access=room.access("staff", 1), proposal=row)
    assert (first.pk, first.version) == (row.pk, row.version + 1)
    assert (again.discarded_at, again.version) == (first.discarded_at, first.version)


def test_the_page_that_discards_says_of_no_words_under_question_that_nobody_saw_them(
    room: Room,
) -> None:
    draft, asked = draft_proposal(room), ask_seats(room)
    person = Person(room, "co_facilitator")
    assert "No delegation has seen them." in page(person.get("discard_bridging", draft.public_id))
    led = person.get("discard_bridging", asked.public_id)
    assert led.status_code == 302 and str(asked.public_id) in led.url
    assert person.get("close_bridging", asked.public_id).status_code == 200


def test_a_discarded_draft_is_neither_changed_asked_about_nor_incorporated(room: Room) -> None:
    row, staff = draft_proposal(room), room.access("staff")
    bridging_acts.discard_bridging(access=staff, proposal=row)
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    acts: tuple[Callable[[], object], ...] = (
        lambda: bridging_acts.edit_bridging(
            access=staff, proposal=row, version=2, text=f"{WORDS} So."
        ),
        lambda: bridging_acts.incorporate_bridging(
            access=staff, proposal=row, paragraph=desk, version=desk.version
        ),
    )
    for act in acts:
        with pytest.raises(Refused, match="discarded"):
            act()
    desk.refresh_from_db()
    assert desk.text == "To raise awareness of trafficking."


def test_a_draft_of_which_nobody_is_asked_is_not_closed(room: Room) -> None:
    with pytest.raises(Refused, match="Nobody is asked"):
        close_proposal(room, draft_proposal(room))


def test_two_who_save_at_once_are_told_and_nothing_is_overwritten(room: Room) -> None:
    row = draft_proposal(room)
    staff = room.access("staff")
    bridging_acts.edit_bridging(access=staff, proposal=row, version=1, text=f"{WORDS} First.")
    with pytest.raises(StaleVersion):
        bridging_acts.edit_bridging(access=staff, proposal=row, version=1, text=f"{WORDS} Second.")
    answer = Person(room, "staff").post(
        "edit_bridging", row.public_id, text="Now " + WORDS, version=1, form_key=uuid4()
    )
    assert answer.status_code == 409
    body = page(answer)
    assert f"Now {WORDS} First." in body and "Somebody else has saved this" in body
    row.refresh_from_db()
    assert row.text == f"{WORDS} First."


@pytest.mark.parametrize("text", ["", "   ", "To raise awareness of trafficking."])
def test_words_that_say_nothing_new_are_refused(room: Room, text: str) -> None:
    with pytest.raises(ValidationError):
        draft_proposal(room, text)


def test_the_differences_are_shown_without_saving(room: Room) -> None:
    place = room.wording(room.revision, PLACE).paragraph.public_id
    answer = Person(room, "staff").post(
        "write_bridging", place, text="To bridge gladly.", form_key=uuid4(), show="1"
    )
    body = page(answer)
    assert answer.status_code == 200 and not BridgingProposal.objects.exists()
    assert "France (FRA-1)" in body and "Cabo Verde (CPV-1)" in body
    # In the field, in the text, and once for each of the wordings that are proposed.
    assert body.count("gladly") == 2 + body.count('class="aligned__who"')


def test_words_that_are_refused_come_back_as_typed(room: Room) -> None:
    place = room.wording(room.revision, PLACE)
    answer = Person(room, "staff").post(
        "write_bridging", place.paragraph.public_id, text=place.text, form_key=uuid4()
    )
    assert answer.status_code == 422
    assert "These are the words of the text. Change them first." in page(answer)


@pytest.mark.parametrize("who", ["FRA focal_point", "IOM focal_point", "elsewhere co_facilitator"])
def test_who_does_not_lead_writes_no_bridging_words(room: Room, who: str) -> None:
    row, asked = draft_proposal(room), ask_seats(room)
    slug = ELSEWHERE if who.startswith("elsewhere") else SLUG
    access = room.access(who, slug=slug)
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    wordings = Wording.objects.select_related("revision__draft", "paragraph__draft")
    acts: tuple[Callable[[], object], ...] = (
        lambda: bridging_acts.draft_bridging(
            access=access, wording=wordings.get(pk=row.wording_id), text=f"{WORDS} Ours."
        ),
        lambda: bridging_acts.edit_bridging(access=access, proposal=row, version=1, text="Ours."),
        lambda: bridging_acts.discard_bridging(access=access, proposal=row),
        lambda: bridging_acts.incorporate_bridging(
            access=access, proposal=row, paragraph=desk, version=desk.version
        ),
        lambda: bridging_acts.close_bridging(access=access, proposal=asked),
    )
    before = list(BridgingProposal.objects.order_by("pk").values())
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert list(BridgingProposal.objects.order_by("pk").values()) == before


# --- Asked ---------------------------------------------------------------------------------------


def test_only_a_co_facilitator_asks(room: Room) -> None:
    row = draft_proposal(room)
    for who in ("staff", "secretariat", "co_facilitator as PRT"):
        with pytest.raises(Refused):
            bridging_acts.ask_on_bridging(
                access=room.access(who),
                proposal=row,
                version=1,
                seats=[room.seat("FRA focal_point")],
                deadline=room.at(1),
                answers_seen_by="asked",
            )


def test_words_that_were_asked_about_no_longer_change(room: Room) -> None:
    row = ask_seats(room)
    staff = room.access("staff")
    with pytest.raises(Refused):
        bridging_acts.edit_bridging(access=staff, proposal=row, version=row.version, text="Other.")
    with pytest.raises(Refused):
        bridging_acts.discard_bridging(access=staff, proposal=row)
    with pytest.raises(Refused):
        bridging_acts.ask_on_bridging(
            access=room.access("co_facilitator"),
            proposal=row,
            version=row.version,
            seats=[room.seat("CIV focal_point")],
            deadline=room.at(4),
            answers_seen_by="all",
        )


def test_the_page_offers_who_commented_and_adds_the_members_of_a_group(room: Room) -> None:
    row, leader = draft_proposal(room), Person(room, "co_facilitator")
    body = page(leader.get("ask_on_bridging", row.public_id))
    seats = {seat.code: str(seat.public_id) for seat in room.consultation.seats.all()}
    marked = [code for code, id in seats.items() if f'value="{id}" id="seat-{id}" checked' in body]
    assert sorted(marked) == ["CPV", "FRA"]
    group = seats["AFRICAN-GROUP"]
    body = page(
        leader.post(
            "ask_on_bridging",
            row.public_id,
            seats=[seats["IOM"]],
            add=f"members:{group}",
            deadline="2030-01-01T10:00",
        )
    )
    marked = [code for code, id in seats.items() if f'value="{id}" id="seat-{id}" checked' in body]
    assert sorted(marked) == ["CIV", "CPV", "IOM"]
    assert 'value="2030-01-01T10:00"' in body
    assert not AskedSeat.objects.exists()


@pytest.mark.parametrize("seat_of", ["another consultation", "a delegation that left"])
def test_only_delegations_that_sit_here_are_asked(room: Room, seat_of: str) -> None:
    row = draft_proposal(room)
    if seat_of == "another consultation":
        seat = Seat.objects.get(consultation=room.elsewhere, code="CPV")
    else:
        seat = room.seat("FRA focal_point")
        Seat.objects.filter(pk=seat.pk).update(ended_at=room.at(-1))
        seat.refresh_from_db()

    with pytest.raises(ValidationError, match="Choose delegations that sit in this consultation"):
        bridging_acts.ask_on_bridging(
            access=room.access("co_facilitator"),
            proposal=row,
            version=row.version,
            seats=[seat],
            deadline=room.at(2),
            answers_seen_by="facilitators",
        )

    assert not AskedSeat.objects.exists()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"codes": ()}, {"seats": ["Choose at least one delegation."]}),
        ({"seen_by": "everybody"}, {"answers_seen_by": ["Choose who sees the answers."]}),
    ],
)
def test_to_ask_names_whom_and_who_reads_the_answers(
    room: Room, changed: dict[str, Any], refusal: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        ask_seats(room, **changed)
    assert refused.value.message_dict == refusal
    assert not AskedSeat.objects.exists()
    assert ask_seats(room).version == 2


def test_a_no_needs_words_or_a_reason_and_keeps_both_with_their_language(room: Room) -> None:
    row = ask_seats(room)
    answers: list[dict[str, Any]] = [
        {"words": OWN},
        {"reason": "So."},
        {"words": OWN, "reason": "So."},
    ]
    for given in answers:
        answer = answer_for(room, row, "FRA", stance="no", language="fr", **given)
        stored = BridgingAnswer.objects.get(pk=answer.pk)
        kept = {"words": stored.words, "reason": stored.reason}
        assert kept == {"words": "", "reason": ""} | given
        assert (stored.stance, stored.language) == ("no", "fr")


def test_words_on_a_text_that_was_replaced_are_neither_written_nor_asked_about(room: Room) -> None:
    row = draft_proposal(room)
    leader = room.access("co_facilitator")
    circulate_revision(access=leader, draft=room.draft, stage="Second draft")
    asked: dict[str, Any] = {
        "seats": [room.seat("FRA focal_point")],
        "answers_seen_by": "facilitators",
    }
    for act in (
        lambda: draft_proposal(room, f"{WORDS} Again."),
        lambda: bridging_acts.ask_on_bridging(
            access=leader, proposal=row, version=1, deadline=room.at(2), **asked
        ),
    ):
        with pytest.raises(ValidationError, match="A new revision is out"):
            act()


def test_a_deadline_that_is_now_is_no_longer_in_the_future(room: Room) -> None:
    with pytest.raises(ValidationError) as refused:
        ask_seats(room, deadline=-1, days=-1)
    assert "deadline" in refused.value.message_dict
    assert ask_seats(room, deadline=-1 + 1 / 86_400_000, days=-1).asked_at == room.at(-1)


def test_whoever_asks_asks_about_the_words_that_they_saw(room: Room) -> None:
    row, leader = draft_proposal(room), Person(room, "co_facilitator")
    bridging_acts.edit_bridging(
        access=room.access("staff"), proposal=row, version=1, text=f"{WORDS} More."
    )
    sent = {
        "seats": [str(room.seat("FRA focal_point").public_id)],
        "deadline": "2030-01-01T10:00",
        "answers_seen_by": "asked",
    }
    answer = leader.post("ask_on_bridging", row.public_id, version=1, **sent)
    assert answer.status_code == 422 and f"{WORDS} More." in page(answer)
    assert leader.post("ask_on_bridging", row.public_id, version=2, **sent).status_code == 302
    row.refresh_from_db()
    assert row.asked_at and row.answers_seen_by == "asked"


# --- Answered ------------------------------------------------------------------------------------


def test_a_focal_point_answers_and_answers_again_until_the_deadline(room: Room) -> None:
    row = ask_seats(room)
    first = answer_for(room, row, "FRA", words=OWN, stance="yes_with")
    second = answer_for(room, row, "FRA", 1, reason="No mandate.", stance="no")
    first.refresh_from_db()
    assert first.replaced_at == second.answered_at and second.capacity == "focal point, France"
    body = page(Person(room, "FRA focal_point").get("bridging_proposal", row.public_id))
    assert "No mandate." in body and OWN in body and "Earlier answers" in body


def test_an_answer_replaces_the_one_before_it_of_its_own_delegation(room: Room) -> None:
    row = ask_seats(room)
    of_another = answer_for(room, row, "CPV")
    answers = [
        answer_for(room, row, "FRA", days, stance="no", reason=f"On day {days}.")
        for days in (0, 0.5, 1)
    ]
    for answer in (of_another, *answers):
        answer.refresh_from_db()
    assert [answer.replaced_at for answer in answers] == [room.at(0.5), room.at(1), None]
    assert of_another.replaced_at is None


def test_after_the_deadline_a_first_answer_is_late_and_one_that_was_given_stands(
    room: Room,
) -> None:
    row = ask_seats(room)
    answer_for(room, row, "FRA")
    assert answer_for(room, row, "CPV", 2 + 50 / 86400).is_late is False  # within the grace
    assert answer_for(room, row, "IOM", 2.5).is_late is True
    with pytest.raises(Refused):
        answer_for(room, row, "FRA", 2.5, stance="no", reason="So.")


def test_to_close_it_counts_as_a_change_and_a_second_press_does_not(room: Room) -> None:
    row = ask_seats(room)
    first, again = close_proposal(room, row), close_proposal(room, row, 4)
    assert (first.closed_at, first.version) == (room.at(3), row.version + 1)
    assert (again.closed_at, again.version) == (first.closed_at, first.version)


def test_once_closed_no_answer_is_taken(room: Room) -> None:
    row = ask_seats(room)
    with pytest.raises(Refused):
        close_proposal(room, row, 1)
    close_proposal(room, row)
    with pytest.raises(Refused):
        answer_for(room, row, "FRA", 4)


@pytest.mark.parametrize("who", ["FRA deputy", "FRA contributor", "co_facilitator", "staff"])
def test_nobody_else_answers(room: Room, who: str) -> None:
    row = ask_seats(room)
    with pytest.raises(Refused):
        bridging_acts.answer_bridging(
            access=room.access(who),
            asked_seat=question(row, "FRA"),
            content=BridgingAnswerContent(stance="yes"),
        )


def test_no_delegation_answers_for_another(room: Room) -> None:
    row = ask_seats(room, ("CPV", "FRA"))
    with pytest.raises(Refused):
        bridging_acts.answer_bridging(
            access=room.access("CPV focal_point"),
            asked_seat=question(row, "FRA"),
            content=BridgingAnswerContent(stance="yes"),
        )


def test_a_group_is_answered_for_by_its_coordinator_and_read_by_its_members(room: Room) -> None:
    row = ask_seats(room, ("AFRICAN-GROUP",))
    there = question(row, "AFRICAN-GROUP")
    reply = BridgingAnswerContent(stance="yes")
    with pytest.raises(Refused):
        bridging_acts.answer_bridging(
            access=room.access("CIV focal_point"), asked_seat=there, content=reply
        )
    bridging_acts.answer_bridging(
        access=room.access("CPV focal_point"), asked_seat=there, content=reply
    )
    body = page(Person(room, "CIV deputy").get("bridging_proposal", row.public_id))
    assert "The answer of African Group" in body and "Not answered yet." not in body
    told = Mail.objects.filter(kind=MailKind.BRIDGING).values_list("reader__email", flat=True)
    readers = ["cpv.deputy@example.org", "cpv.focal_point@example.org"]
    assert sorted(email.lower() for email in told) == readers


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"stance": "perhaps"}, "stance"),
        ({"stance": "yes", "words": OWN}, "words"),
        ({"stance": "yes_with", "reason": "So."}, "words"),
        ({"stance": "yes_with", "words": WORDS}, "words"),
        ({"stance": "no"}, "reason"),
        ({"stance": "no", "reason": "a\x00b"}, "reason"),
    ],
)
def test_an_answer_says_what_it_needs(room: Room, fields: dict[str, Any], field: str) -> None:
    row = ask_seats(room)
    with pytest.raises(ValidationError) as error:
        answer_for(room, row, "FRA", **fields)
    assert list(error.value.message_dict) == [field]
    assert not BridgingAnswer.objects.exists()


def test_what_was_typed_comes_back_with_a_refusal(room: Room) -> None:
    row = ask_seats(room)
    there = question(row, "FRA").public_id
    answer = Person(room, "FRA focal_point").post(
        "answer_bridging", there, stance="yes", words=OWN, language="fr", form_key=uuid4()
    )
    assert answer.status_code == 422
    body = page(answer)
    assert f">\n{OWN}</textarea>" in body and "You wrote a change." in body


def test_words_that_were_left_as_they_were_asked_about_are_a_plain_yes(room: Room) -> None:
    row, person = ask_seats(room), Person(room, "FRA focal_point")
    assert f">\n{WORDS}</textarea>" in page(person.get("bridging_proposal", row.public_id))
    there = question(row, "FRA").public_id
    fields = {"words": WORDS, "language": "en", "form_key": uuid4()}
    assert person.post("answer_bridging", there, stance="yes", **fields).status_code == 302
    [answer] = BridgingAnswer.objects.all()
    assert (answer.stance, answer.words) == ("yes", "")


def test_a_form_shown_to_a_facilitator_never_answers_for_portugal(room: Room) -> None:
    """Rule 5: the capacity of the form counts, whatever the session says by then."""
    row = ask_seats(room, ("PRT", "FRA"))
    there = question(row, "PRT").public_id
    prt = Person(room, "PRT focal_point")
    fields = {"stance": "yes", "language": "en", "form_key": uuid4()}
    prt.capacity = room.capacities["co_facilitator"]
    assert prt.post("answer_bridging", there, **fields).status_code == 409
    leader = Person(room, "co_facilitator")
    assert leader.post("answer_bridging", there, **fields).status_code in {403, 409}
    assert not BridgingAnswer.objects.exists()


# --- Seen ----------------------------------------------------------------------------------------


def reads(room: Room, who: str, days: float = 0) -> tuple[list[str], list[str]]:
    """The codes of whom a person sees as asked, and whose answers they see."""
    access = room.access(who, days)
    asked_rows = AskedSeat.objects.visible_to(access).values_list("seat__code", flat=True)
    answers = BridgingAnswer.objects.visible_to(access)
    return sorted(asked_rows), sorted(answers.values_list("asked__seat__code", flat=True))


@pytest.mark.parametrize(
    ("seen_by", "asked_see", "others_see"),
    [
        ("facilitators", ["FRA"], []),
        ("asked", ["CPV", "FRA"], []),
        ("all", ["CPV", "FRA"], ["CPV", "FRA"]),
    ],
)
def test_answers_are_seen_by_whom_it_was_said_and_not_before_the_close(
    room: Room, seen_by: str, asked_see: list[str], others_see: list[str]
) -> None:
    row = ask_seats(room, ("CPV", "FRA"), seen_by)
    answer_for(room, row, "CPV", stance="yes_with", words=OWN)
    answer_for(room, row, "FRA")
    for who in ("co_facilitator", "staff", "secretariat"):
        assert reads(room, who) == (["CPV", "FRA"], ["CPV", "FRA"])
    for days in (0, 2.9):
        assert reads(room, "FRA focal_point", days) == (["FRA"], ["FRA"])
        assert reads(room, "IOM focal_point", days) == ([], [])
        shown = BridgingProposal.objects.visible_to(room.access("IOM focal_point", days))
        assert not shown.exists()
    close_proposal(room, row)
    assert reads(room, "FRA deputy", 3.1) == (asked_see, asked_see)
    assert reads(room, "IOM deputy", 3.1) == (others_see, others_see)


@pytest.mark.parametrize(
    ("seen_by", "asked_see", "others_see"),
    [
        ("facilitators", ["FRA"], []),
        ("asked", ["CPV", "FRA"], []),
        ("all", ["CPV", "FRA"], ["CPV", "FRA"]),
    ],
)
def test_the_adoption_of_its_text_closes_a_question_as_was_announced(
    room: Room, seen_by: str, asked_see: list[str], others_see: list[str]
) -> None:
    row, unasked = ask_seats(room, ("CPV", "FRA"), seen_by), draft_proposal(room)
    answer_for(room, row, "CPV", days=-0.5)
    assert reads(room, "FRA focal_point", -0.3) == (["FRA"], [])
    assert reads(room, "IOM focal_point", -0.3) == ([], [])
    leader = Person(room, "co_facilitator")
    assert "Open questions on bridging words: 1." in page(leader.get("adopt_text", "plan"))
    # Another text is not adopted yet, so the record stays open.
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-0.1))
    answered = [code for code in asked_see if code == "CPV"]
    assert reads(room, "FRA focal_point") == (asked_see, answered)
    assert reads(room, "IOM focal_point") == (others_see, ["CPV"] if others_see else [])
    for who in ("co_facilitator", "FRA focal_point"):
        for shown in (
            page(Person(room, who).get("bridging_proposal", row.public_id)),
            page(Person(room, who).get("bridging_list")),
        ):
            assert "Closed " in shown and "Answers by" not in shown, who
    hidden = Person(room, "FRA focal_point").get("bridging_proposal", unasked.public_id)
    assert hidden.status_code == 404
    draft_page = page(leader.get("bridging_proposal", unasked.public_id))
    assert "Draft. Visible to facilitators and the secretariat only." in draft_page
    with pytest.raises(Refused, match="adopted"):
        answer_for(room, row, "FRA")


def test_before_anybody_is_asked_no_delegation_reads_a_word(room: Room) -> None:
    row = draft_proposal(room)
    for who in ("PRT focal_point", "FRA focal_point", "CPV focal_point", "co_facilitator as PRT"):
        assert not BridgingProposal.objects.visible_to(room.access(who)).exists()
        assert Person(room, who).get("bridging_proposal", row.public_id).status_code == 404


# --- Told ----------------------------------------------------------------------------------------


def test_those_asked_get_a_mail_without_a_word_of_it(room: Room, mailoutbox: list[Any]) -> None:
    ask_seats(room, ("FRA",))
    assert send_all(MailKind.BRIDGING) == 2
    assert sorted(m.to[0].lower() for m in mailoutbox) == [
        "fra.deputy@example.org",
        "fra.focal_point@example.org",
    ]
    for sent in mailoutbox:
        mail_text = sent.message().as_string()
        assert "bridging words" in mail_text and marker("bridge") not in mail_text
        assert "/bridging/" in mail_text


def test_the_mail_says_for_whom_one_answers_and_by_when(room: Room, mailoutbox: list[Any]) -> None:
    row = ask_seats(room, ("AFRICAN-GROUP",))
    mails = Mail.objects.select_related("reader", "consultation")
    mail = mails.get(kind=MailKind.BRIDGING, reader=room.users["CPV focal_point"])
    assert row.deadline is not None
    for moment, sentence in (
        (row.deadline, "Please answer by"),
        (row.deadline + timedelta(seconds=1), "A first answer is now marked late."),
    ):
        composed = compose_bridging(mail, moment)
        assert composed is not None
        told = "\n".join(composed.context["sentences"])
        assert sentence in told
        assert "Your answer is an official act of African Group." in told


def test_a_mail_is_not_sent_once_it_was_answered(room: Room, mailoutbox: list[Any]) -> None:
    row = ask_seats(room, ("FRA",))
    answer_for(room, row, "FRA")
    send_all(MailKind.BRIDGING)
    assert mailoutbox == []


def test_the_front_page_says_what_is_asked_until_it_is_answered(room: Room) -> None:
    row = ask_seats(room, ("FRA",))
    focal_point = Person(room, "FRA focal_point")
    question_words = "can you live with the bridging words?"
    assert question_words in page(focal_point.get("consultation"))
    assert question_words not in page(Person(room, "CPV focal_point").get("consultation"))
    answer_for(room, row, "FRA")
    assert question_words not in page(focal_point.get("consultation"))


def test_a_delegation_that_is_not_asked_reads_no_question_to_it(room: Room) -> None:
    row = ask_seats(room, ("FRA",), seen_by="all")

    def shown(who: str) -> str:
        return page(Person(room, who).get("bridging_proposal", row.public_id))

    question_words, heading = "can you live with these words?", "Paragraph 1: bridging words"
    assert question_words in shown("FRA focal_point")
    assert question_words not in shown("staff") and heading in shown("staff")
    BridgingProposal.objects.filter(pk=row.pk).update(deadline=room.at(-0.5), closed_at=room.at(0))
    for who in ("FRA focal_point", "CPV focal_point"):
        assert question_words not in shown(who) and heading in shown(who)
    listed = page(Person(room, "CPV focal_point").get("bridging_list"))
    assert "ask your delegation about, and closed ones that all may read." in listed


# --- Into the text -------------------------------------------------------------------------------


def test_the_words_are_taken_as_one_step_that_the_desk_undoes(room: Room) -> None:
    row, staff = ask_seats(room), Person(room, "staff")
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    body = page(staff.get("incorporate_bridging", row.public_id))
    assert f'name="version" value="{desk.version}"' in body
    saved = staff.post("incorporate_bridging", row.public_id, version=desk.version)
    assert saved.status_code == 302
    said = [str(message) for message in get_messages(saved.wsgi_request)]
    assert said == ["The bridging words are in the working text."]
    desk.refresh_from_db()
    assert desk.text == WORDS
    shown = page(staff.get("bridging_proposal", row.public_id))
    assert "These words were incorporated into the working text." in shown
    taken = BridgingProposal.objects.filter(pk=row.pk).values("taken_by")
    step = DeskStep.objects.select_related("draft__consultation").get(pk__in=taken)
    undo_step(access=room.access("staff"), step=step)
    desk.refresh_from_db()
    assert desk.text == "To raise awareness of trafficking."
    assert "Incorporate into the working text" in page(
        staff.get("bridging_proposal", row.public_id)
    )


def test_words_that_were_edited_since_are_not_said_to_be_in_the_text(room: Room) -> None:
    row, access = ask_seats(room), room.access("staff")
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    bridging_acts.incorporate_bridging(
        access=access, proposal=row, paragraph=desk, version=desk.version
    )
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    edit_paragraph(
        access=access,
        paragraph=desk,
        version=desk.version,
        text="To raise awareness of trafficking again.",
        kind=desk.kind,
        label=desk.label,
    )
    shown = page(Person(room, "staff").get("bridging_proposal", row.public_id))
    assert "These words were incorporated into the working text." in shown
    assert "These words are in the working text." not in shown


def test_words_that_the_text_has_already_are_not_taken_again(room: Room) -> None:
    row, staff = draft_proposal(room), room.access("staff")

    def incorporate() -> None:
        desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
        bridging_acts.incorporate_bridging(
            access=staff, proposal=row, paragraph=desk, version=desk.version
        )

    incorporate()
    with pytest.raises(ValidationError, match="already has these words"):
        incorporate()


def test_who_did_not_see_that_the_text_has_the_words_by_now_is_shown_it(room: Room) -> None:
    row, staff = draft_proposal(room), room.access("staff")
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    Paragraph.objects.filter(pk=desk.pk).update(text=WORDS, version=desk.version + 1)
    with pytest.raises(StaleVersion):
        bridging_acts.incorporate_bridging(
            access=staff, proposal=row, paragraph=desk, version=desk.version
        )


def test_the_step_is_that_of_its_own_text(room: Room) -> None:
    row, staff = draft_proposal(room), room.access("staff")
    add_paragraph(
        access=room.access("co_facilitator"),
        draft=room.unsent_draft,
        kind=ParagraphKind.OPERATIVE,
        text="Elsewhere.",
        after=None,
    )
    DeskStep.objects.filter(draft=room.unsent_draft).update(number=F("number") + 1000)
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    taken = bridging_acts.incorporate_bridging(
        access=staff, proposal=row, paragraph=desk, version=desk.version
    )
    assert taken.taken_by is not None and taken.taken_by.draft_id == room.draft.pk


def test_words_are_not_taken_over_a_change_that_was_not_seen(room: Room) -> None:
    row, staff = draft_proposal(room), Person(room, "staff")
    assert staff.post("incorporate_bridging", row.public_id, version=0).status_code == 409
    desk = Paragraph.objects.get(pk=row.paragraph_id)
    assert desk.text == "To raise awareness of trafficking."


@pytest.mark.parametrize("gone", ["struck_at", "discarded_at"])
def test_words_go_into_no_paragraph_that_was_deleted(room: Room, gone: str) -> None:
    row = draft_proposal(room)
    Paragraph.objects.filter(pk=row.paragraph_id).update(**{gone: room.at(-1)})
    desk = Paragraph.objects.select_related("draft").get(pk=row.paragraph_id)
    with pytest.raises(ValidationError, match="deleted in the working text"):
        bridging_acts.incorporate_bridging(
            access=room.access("staff"), proposal=row, paragraph=desk, version=desk.version
        )
    desk.refresh_from_db()
    assert desk.text == "To raise awareness of trafficking."


def test_the_file_lists_who_answered_what_and_who_did_not(room: Room) -> None:
    row = ask_seats(room)
    answer_for(room, row, "FRA", stance="no", reason="=1+1")
    content = page(Person(room, "secretariat").get("bridging_file", row.public_id))
    lines = content.splitlines()
    assert [line.split(",")[0].strip('"\ufeff') for line in lines] == [
        "Delegation",
        "Cabo Verde",
        "France",
        "International Organization for Migration",
    ]
    assert '"No","","\'=1+1"' in lines[2] and "no answer yet" in lines[3]


def test_an_answer_is_late_after_the_last_moment_of_grace_and_not_at_it(room: Room) -> None:
    proposal = BridgingProposal(deadline=room.now)
    last_moment = room.now + GRACE
    assert not bridging_acts.is_past_deadline(proposal, last_moment)
    assert bridging_acts.is_past_deadline(proposal, last_moment + timedelta(microseconds=1))
    assert not bridging_acts.is_past_deadline(BridgingProposal(), last_moment)
