"""A paragraph named in a form is the one that is meant, also where others have its label."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import lxml.html
import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from comments.bridging.acts import ask_on_bridging, draft_bridging
from comments.calendar.queries import calendar_of
from comments.drafting.acts import draft_comment, return_comment
from comments.groups.acts import set_silence
from comments.groups.mail import write_due_unreached_mails
from comments.inputs.content import CommentContent
from comments.models import Comment, ReceivedVia, Silence
from comments.news.acts import mark_all_seen_at_first_visit
from comments.received.acts import enter_received
from comments.submitting.acts import submit_comment
from consultations.models import LatePolicy, MailKind
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph
from drafts.importing.offers import OfferInFile, keep_offers
from drafts.models import Paragraph, ParagraphKind, Revision, Wording
from drafts.parsing.file_text import ReadParagraph, ReadText
from tests.comments.reading.test_pages import Person, page, proposal
from tests.mails import send_all
from tests.room import SLUG, Room

REFUSED = "(a) fits several paragraphs. Write, for example, 1(a) or 3(a)."


@pytest.fixture
def lettered(room: Room) -> Room:
    """The text with a subparagraph (a) below paragraphs 1 and 3, circulated as Rev.1."""
    for label in ("1", "3"):
        _add_below(room, Paragraph.objects.get(draft=room.draft, label=label), "(a)")
    room.revision = _circulate(room, "Rev.1", days=-3)
    return room


def _add_below(room: Room, parent: Paragraph, label: str) -> None:
    add_paragraph(
        access=room.access("co_facilitator", -4),
        draft=room.draft,
        kind=ParagraphKind.OPERATIVE,
        text=f"below {parent.label};",
        after=parent,
        parent=parent,
        label=label,
    )


def _circulate(room: Room, stage: str, days: float) -> Revision:
    """The text of the desk, circulated so many days from now for a round that is open by now."""
    access = room.access("co_facilitator", days)
    round = create_round(
        access=access,
        name=f"Round on {stage}",
        opens_at=room.at(days + 0.1),
        deadline=room.at(9),
        visibility=room.visibility,
        late_policy=LatePolicy.REFUSE,
    )
    return circulate_revision(access=access, draft=room.draft, stage=stage, round=round)


def _wording(room: Room, text: str) -> Wording:
    rows = Wording.objects.select_related("revision__draft", "paragraph")
    return rows.get(revision=room.revision, text=text)


def _move(room: Room, target: Paragraph) -> Comment:
    """A draft of France: paragraph 2 is to stand after the target."""
    made = draft_comment(
        access=room.access("FRA contributor", -1),
        wording=_wording(room, "To train officials."),
        content=CommentContent(kind="move", rationale="It follows.", move_after=target),
    )
    return Comment.objects.select_related("wording").get(pk=made.pk)


def _card(answer: Any) -> dict[str, str]:
    """The fields of the writing card as a browser sends them back when nothing is touched."""
    forms = lxml.html.document_fromstring(answer.content).forms
    [card] = [form for form in forms if form.get("id") == "writing"]
    return {name: words.removeprefix("\n") for name, words in card.form_values()}


def _send(person: Person, name: str, comment: Comment, **changed: Any) -> Any:
    """Open a form on a comment, change some fields, and save it."""
    shown = _card(person.get(name, comment.public_id))
    return person.post(name, comment.public_id, **shown | changed)


# --- Where a move goes ----------------------------------------------------------------------------


def test_a_move_stays_after_its_subparagraph_when_only_the_reason_is_edited(
    lettered: Room,
) -> None:
    target, person = _wording(lettered, "below 3;").paragraph, Person(lettered, "FRA contributor")
    draft = _move(lettered, target)
    assert _card(person.get("edit_comment", draft.public_id))["move_after"] == "3(a)"
    assert _send(person, "edit_comment", draft, rationale="Better there.").status_code == 302
    draft.refresh_from_db()
    assert (draft.rationale, draft.move_after_id) == ("Better there.", target.pk)


def test_a_new_version_of_a_move_stays_after_its_subparagraph(lettered: Room) -> None:
    target, person = _wording(lettered, "below 3;").paragraph, Person(lettered, "FRA contributor")
    moved = _move(lettered, target)
    submit_comment(access=lettered.access("FRA focal_point", -0.5), comment=moved)
    assert _send(person, "supersede_comment", moved, rationale="Better.").status_code == 302
    version = Comment.objects.latest("pk")
    assert (version.amends is not None, version.move_after_id) == (True, target.pk)


def test_a_move_that_is_carried_over_stays_after_its_subparagraph(lettered: Room) -> None:
    target, person = _wording(lettered, "below 3;").paragraph, Person(lettered, "FRA contributor")
    moved = _move(lettered, target)
    _add_below(lettered, Paragraph.objects.get(draft=lettered.draft, label="1"), "(b)")
    _circulate(lettered, "Rev.2", days=-0.3)
    assert _send(person, "carry_over", moved).status_code == 302
    carried = Comment.objects.latest("pk")
    assert (carried.pk != moved.pk, carried.move_after_id) == (True, target.pk)


def test_a_move_after_a_paragraph_without_a_label_keeps_it_when_edited(lettered: Room) -> None:
    heading, person = _wording(lettered, "Prevention").paragraph, Person(lettered, "FRA deputy")
    draft = _move(lettered, heading)
    assert _card(person.get("edit_comment", draft.public_id))["move_after"] == "“Prevention”"
    assert _send(person, "edit_comment", draft, rationale="Better.").status_code == 302
    draft.refresh_from_db()
    assert draft.move_after_id == heading.pk
    assert _send(person, "edit_comment", draft, move_after="").status_code == 302
    draft.refresh_from_db()
    assert draft.move_after_id is None


def test_a_move_that_a_file_offers_stays_after_its_subparagraph(lettered: Room) -> None:
    moved, target = _wording(lettered, "To train officials."), _wording(lettered, "below 3;")
    read = [
        ReadParagraph(place, row, None, "operative", "", 0, wording.text, "", ())
        for place, (row, wording) in enumerate((("a", moved), ("b", target)), 1)
    ]
    keep_offers(
        access=lettered.access("staff", -1),
        draft=lettered.draft,
        read_text=ReadText("", tuple(read), ()),
        imported_paragraphs=[moved.paragraph, target.paragraph],
        offers=[OfferInFile("Ana Silva", None, "moved", "a", after_file_id="b")],
    )
    offer = moved.paragraph.offers.get()
    parameters = f"wording={moved.public_id}&offered={offer.public_id}"
    url, person = (
        f"{reverse('received', args=[SLUG])}?{parameters}",
        Person(lettered, "secretariat"),
    )
    forms = lxml.html.document_fromstring(person.client.get(url).content).forms
    [shown] = [form for form in forms if "move_after" in form.fields]
    assert dict(shown.form_values())["move_after"] == "3(a)"
    seat = lettered.seat("CIV focal_point")
    chosen = {"delegation": seat.pk, "received_by": "letter"}
    answer = person.client.post(url, dict(shown.form_values()) | chosen)
    assert answer.status_code == 302
    entered = Comment.objects.latest("pk")
    assert (entered.filed_by_id, entered.move_after_id) == (seat.pk, target.paragraph_id)


def test_a_label_that_several_paragraphs_have_does_not_say_where_a_move_goes(
    lettered: Room,
) -> None:
    person, second = Person(lettered, "FRA contributor"), _wording(lettered, "To train officials.")
    before = Comment.objects.count()
    answer = person.post(
        "draft_comment", second.public_id, **proposal(kind="move", move_after="(a)")
    )
    assert answer.status_code == 422 and REFUSED in page(answer)
    assert Comment.objects.count() == before


# --- Paragraphs that are looked up ----------------------------------------------------------------


@pytest.mark.parametrize("typed", ["3(a)", "3 (A)", "para. 3(a)"])
def test_a_subparagraph_is_put_under_silence_as_it_is_cited(lettered: Room, typed: str) -> None:
    answer = _open_silence(lettered, typed)
    assert answer.status_code == 302
    assert Silence.objects.get().wording_id == _wording(lettered, "below 3;").pk


def test_a_label_that_several_paragraphs_have_puts_none_under_silence(lettered: Room) -> None:
    answer = _open_silence(lettered, "(a)")
    assert answer.status_code == 422 and REFUSED in page(answer)
    missing = _open_silence(lettered, "9(a)")
    assert missing.status_code == 422 and "There is no paragraph 9(a)" in page(missing)
    assert not Silence.objects.exists()


def _open_silence(room: Room, typed: str) -> Any:
    until = room.at(10).astimezone(room.consultation.zone)
    return Person(room, "co_facilitator").post(
        "open_silence",
        on=str(room.revision.public_id),
        paragraph=typed,
        words="No objection is heard as consent.",
        until=f"{until:%Y-%m-%dT%H:%M}",
        whom="all",
        form_key=str(uuid4()),
        open="yes",
    )


def test_the_secretariat_finds_a_subparagraph_as_it_is_cited(lettered: Room) -> None:
    person, wording = Person(lettered, "secretariat"), _wording(lettered, "below 3;")
    for typed in ("3(a)", "3 (A)", "para. 3(a)"):
        found = person.get("received", text="plan", label=typed)
        assert found.status_code == 302
        assert found.headers["Location"].endswith(f"?wording={wording.public_id}")
    shown = page(person.client.get(found.headers["Location"]))
    assert "What was said on paragraph 3(a), The plan, Rev.1" in shown
    assert 'value="3(a)"' in shown  # to look it up once more leads here again
    several = person.get("received", text="plan", label="(a)")
    assert several.status_code == 422 and REFUSED in page(several)


def test_a_member_finds_a_subparagraph_as_it_is_cited_to_draft_in_the_groups_room(
    lettered: Room,
) -> None:
    access = lettered.access("CIV contributor")
    person, room_id = Person(lettered, "CIV contributor"), access.group_room_seats[0].public_id
    found = person.get("group_room", room_id, text="plan", label="3(a)")
    paragraph = _wording(lettered, "below 3;").paragraph
    assert found.status_code == 302 and f"open={paragraph.public_id}" in found.headers["Location"]
    several = person.get("group_room", room_id, text="plan", label="(a)")
    assert several.status_code == 422 and REFUSED in page(several)


# --- Mails ----------------------------------------------------------------------------------------


def _send_back(room: Room) -> None:
    draft = draft_comment(
        access=room.access("FRA contributor"),
        wording=_wording(room, "below 3;"),
        content=CommentContent(kind="comment", rationale="Why?"),
    )
    return_comment(access=room.access("FRA deputy"), comment=draft, reason="Shorter, please.")


def _put_under_silence_in_room(room: Room) -> None:
    access = room.access("CIV contributor")
    draft = draft_comment(
        access=access,
        wording=_wording(room, "below 3;"),
        seat=access.group_room_seats[0],
        in_room=True,
        content=CommentContent(kind="comment", rationale="Why?"),
    )
    set_silence(access=room.access("CPV focal_point"), comment=draft, until=room.at(1))


def _leave_members_untold(room: Room) -> None:
    _put_under_silence_in_room(room)
    with time_machine.travel(room.at(0.9), tick=False):
        write_due_unreached_mails(timezone.now())


def _enter_letter(room: Room) -> None:
    enter_received(
        access=room.access("secretariat"),
        wording=_wording(room, "below 3;"),
        seat=room.seat("CIV focal_point"),
        received_via=ReceivedVia.LETTER,
        received_on=room.at(-1).date(),
        content=CommentContent(kind="comment", rationale="Why?"),
    )


def _ask_on_bridging_words(room: Room) -> None:
    wording = _wording(room, "below 3;")
    wording.paragraph = Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id)
    proposal = draft_bridging(
        access=room.access("staff", -0.5), wording=wording, text="below 3, in between;"
    )
    ask_on_bridging(
        access=room.access("co_facilitator", -0.4),
        proposal=proposal,
        version=proposal.version,
        seats=list(room.consultation.seats.filter(code="FRA").select_related("delegation")),
        deadline=room.at(2),
        answers_seen_by="facilitators",
    )


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (_send_back, MailKind.TURN),
        (_put_under_silence_in_room, MailKind.ROOM),
        (_leave_members_untold, MailKind.UNREACHED),
        (_enter_letter, MailKind.RECEIVED),
        (_ask_on_bridging_words, MailKind.BRIDGING),
    ],
)
def test_a_mail_cites_a_subparagraph_with_the_paragraph_above_it(
    lettered: Room, act: Callable[[Room], None], kind: MailKind
) -> None:
    act(lettered)
    mail.outbox.clear()
    with time_machine.travel(lettered.at(0.9), tick=False):
        assert send_all(kind) > 0
    for letter in mail.outbox:
        assert "paragraph 3(a)" in letter.body and " (a)" not in letter.body
        assert "below 3" not in letter.body


def test_the_task_to_answer_on_bridging_words_cites_the_subparagraph(lettered: Room) -> None:
    _ask_on_bridging_words(lettered)
    front_page = page(Person(lettered, "FRA focal_point").get("consultation"))
    assert "3(a): can you live with the bridging words?" in front_page


# --- Silences and tasks ---------------------------------------------------------------------------


def _opened_silence(room: Room) -> Silence:
    assert _open_silence(room, "3(a)").status_code == 302
    return Silence.objects.with_texts().get()


def test_a_silence_is_named_by_the_subparagraph_with_the_paragraph_above_it(
    lettered: Room,
) -> None:
    silence = _opened_silence(lettered)
    for who, name, *args in (
        ("FRA focal_point", "silence", silence.public_id),
        ("FRA focal_point", "silences"),
        ("FRA focal_point", "latest", "plan"),
        ("FRA focal_point", "consultation"),
        ("FRA focal_point", "brief"),
        ("co_facilitator", "desk_unanswered", "plan"),
    ):
        shown = page(Person(lettered, who).get(name, *args))
        assert "Paragraph 3(a)" in shown, name
        assert not re.search(r"[>\s]\(a\)( ·|:|<)", shown.partition('id="p-')[0]), name


def test_a_break_is_named_by_the_subparagraph_with_the_paragraph_above_it(lettered: Room) -> None:
    until = lettered.at(10).astimezone(lettered.consultation.zone)
    Person(lettered, "co_facilitator").post(
        "open_silence",
        on=str(lettered.revision.public_id),
        words="No objection is heard as consent.",
        until=f"{until:%Y-%m-%dT%H:%M}",
        whom="all",
        form_key=str(uuid4()),
        open="yes",
    )
    silence = Silence.objects.get()
    person, wording = Person(lettered, "FRA focal_point"), _wording(lettered, "below 3;")
    shown = page(person.get("silence", silence.public_id))
    assert f'value="{wording.public_id}">Paragraph 3(a)</option>' in shown
    assert "<bdi>Paragraph 1(a)</bdi>" in shown  # among what the text changes
    words = {
        "wording": str(wording.public_id),
        "words": "We cannot agree.",
        "language": "en",
        "form_key": str(uuid4()),
    }
    asked = page(person.post("break_silence", silence.public_id, **words))
    assert "<bdi>Paragraph 3(a) · The plan, Rev.1</bdi>" in asked
    person.post("break_silence", silence.public_id, **words, confirmed="yes")
    broken = page(Person(lettered, "co_facilitator").get("silence", silence.public_id))
    assert "<bdi>Paragraph 3(a)</bdi>" in broken


def test_the_facilitators_tasks_cite_subparagraphs_with_the_paragraph_above_them(
    lettered: Room,
) -> None:
    mark_all_seen_at_first_visit(access=lettered.access("co_facilitator", -1))
    for number in range(3):
        comment = draft_comment(
            access=lettered.access("FRA contributor"),
            wording=_wording(lettered, "below 3;"),
            content=CommentContent(kind="comment", rationale=f"Why {number}?"),
        )
        submit_comment(access=lettered.access("FRA focal_point"), comment=comment)
    front_page = page(Person(lettered, "co_facilitator").get("consultation"))
    assert re.search(r"inputs without an answer \(paragraphs 3, 3\(a\)\)", front_page)
    assert "Paragraph 3(a) has 3 new inputs" in front_page


def test_a_group_silence_in_the_calendar_cites_the_paragraph_above(lettered: Room) -> None:
    _put_under_silence_in_room(lettered)
    entries = [entry.title for entry in calendar_of(lettered.access("CIV contributor")).entries]
    assert "African Group: silence ends on paragraph 3(a)" in entries
