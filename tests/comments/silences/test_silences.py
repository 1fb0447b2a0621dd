"""Silences of the facilitators: opened, notified, broken, extended, declared; their pages."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail as mailbox
from django.core.exceptions import ValidationError
from docx import Document

from comments.models import Silence, SilenceBreak, SilenceRead, SilenceSeat
from comments.silences import acts
from comments.silences.acts import SilenceSubject
from comments.silences.mail import write_due_silence_mails
from consultations.founding.acts import edit_consultation
from consultations.models import Mail, MailKind, Seat
from consultations.rules.access import Refused
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import ParagraphKind, Wording
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import ELSEWHERE, Room, marker

WORDS = f"The text is put before delegations, {marker('silence words')}."
WHY = f"We cannot accept it, {marker('break words')}."

# Four delegations of three people; the co-facilitator has a post at home as well.
PEOPLE = 13
LEADING_PAGES = ("extend_silence", "show_breaks", "declare_silence")

pytestmark = pytest.mark.django_db


def open_silence_on(
    room: Room,
    days: float = -1,
    until: float = 9,
    codes: tuple[str, ...] = (),
    **subject: Any,
) -> Silence:
    access = room.access("co_facilitator", days)
    seats = list(room.consultation.seats.filter(code__in=codes).select_related("delegation"))
    return acts.open_silence(
        access=access,
        subject=SilenceSubject(**(subject or {"revision": room.revision})),
        words=WORDS,
        until=room.at(until),
        seats=seats or None,
    )


def asked_seat(silence: Silence, code: str) -> SilenceSeat:
    return silence.asked.select_related("seat").get(seat__code=code)


def break_silence_for(
    room: Room, silence: Silence, code: str = "FRA", days: float = 0, **fields: Any
) -> SilenceBreak:
    return acts.break_silence(
        access=room.access(f"{code} focal_point", days),
        asked_seat=asked_seat(silence, code),
        **({"words": WHY} | fields),
    )


def notified_readers(silence: Silence, event: str) -> list[str]:
    rows = Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk, facts__event=event)
    return sorted(rows.values_list("reader__email", flat=True))


# --- The shortest path ---------------------------------------------------------------------------


def test_a_silence_is_opened_broken_and_declared(room: Room) -> None:
    silence = open_silence_on(room)
    codes = silence.asked.values_list("seat__code", flat=True)
    assert sorted(codes) == ["CIV", "CPV", "FRA", "PRT"]  # no observer, no group
    row = break_silence_for(room, silence)
    silence.refresh_from_db()
    assert silence.silence_broken_at == row.broken_at == room.now
    done = acts.declare_silence(
        access=room.access("co_facilitator", 10), silence=silence, outcome="broken", words="So."
    )
    assert (done.outcome, done.outcome_words, done.declared_at) == ("broken", "So.", room.at(10))
    steps = done.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert [words.split(",")[0] for words in steps] == [
        "co-facilitator",
        "focal point",
        "co-facilitator",
    ]


def test_all_people_of_the_delegations_asked_are_told_once_it_is_open(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA", "CPV"))
    people = [
        room.users[f"{code} {post}"].email
        for code in ("FRA", "CPV")
        for post in ("contributor", "deputy", "focal_point")
    ]
    assert notified_readers(silence, "opened") == sorted(people)
    assert send_all(MailKind.SILENCE) == len(people)
    mail = mailbox.outbox[0]
    assert "under silence until" in mail.subject
    assert f"/silences/{silence.public_id}/" in mail.body
    assert marker("silence words") not in str(mail.message())


def test_facilitators_are_told_at_once_of_a_break_and_delegations_are_not(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    leading = sorted(room.users[who].email for who in ("co_facilitator", "staff"))
    assert notified_readers(silence, "broken") == leading
    Mail.objects.exclude(facts__event="broken").delete()
    assert send_all(MailKind.SILENCE) == 2
    assert all("France broke silence." in mail.body for mail in mailbox.outbox)
    assert all(mail.subject.endswith("the silence is broken") for mail in mailbox.outbox)
    assert marker("break words") not in "".join(str(mail.message()) for mail in mailbox.outbox)


def test_a_silence_follows_the_last_one_on_its_own_text_and_on_no_other(room: Room) -> None:
    access = room.access("co_facilitator", -3)
    annex = start_draft(access=access, slug="annex", title="The annex", place=3)
    add_paragraph(access=access, draft=annex, kind=ParagraphKind.OPERATIVE, text="Yes.", after=None)
    on_annex = circulate_revision(access=access, draft=annex, stage="First draft")
    first = open_silence_on(room, days=-2)
    assert open_silence_on(room, revision=on_annex).follows is None
    assert open_silence_on(room).follows == first


def test_a_silence_on_a_paragraph_follows_that_on_it_or_on_the_whole_text(room: Room) -> None:
    wordings = Wording.objects.select_related("revision__draft", "paragraph")
    here, there = (wordings.get(revision=room.revision, place=place) for place in (2, 3))
    open_silence_on(room, days=-5, decision="The meeting is on Monday.")
    assert open_silence_on(room, days=-4, wording=here).follows is None
    on_text = open_silence_on(room, days=-3)
    of_there = open_silence_on(room, days=-2, wording=there)
    assert of_there.follows == on_text
    of_here = open_silence_on(room, days=-1, wording=here)
    assert of_here.follows == on_text
    assert open_silence_on(room, days=0, wording=here).follows == of_here


def test_a_decision_follows_none_of_another_consultation(room: Room) -> None:
    leader = room.access("elsewhere co_facilitator", -1, slug=ELSEWHERE)
    theirs = acts.open_silence(
        access=leader,
        subject=SilenceSubject(decision="The meeting is on Monday."),
        words=WORDS,
        until=room.at(9),
    )
    ours = open_silence_on(room, decision="The meeting is on Friday.")
    with pytest.raises(ValidationError, match="Choose an earlier decision"):
        open_silence_on(room, decision="The meeting is on Tuesday.", follows=theirs)
    assert open_silence_on(room, decision="It is on Tuesday.", follows=ours).follows == ours


# --- Who knows what ------------------------------------------------------------------------------


def test_others_see_a_break_only_once_the_facilitators_show_it(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)

    def read_by(who: str) -> str:
        return page(Person(room, who).get("silence", silence.public_id))

    assert all(marker("break words") in read_by(who) for who in ("FRA deputy", "staff"))
    before = read_by("CPV focal_point")
    assert marker("break words") not in before and "roken" not in before
    acts.show_breaks(access=room.access("co_facilitator"), silence=silence)
    assert marker("break words") in read_by("CPV focal_point")
    assert len(notified_readers(silence, "shown")) == PEOPLE
    # What comes after it is hidden again, until it is shown as well.
    break_silence_for(room, silence, "PRT", words=f"Nor we, {marker('later')}.")
    assert marker("later") not in read_by("CPV focal_point")


def test_to_show_the_breaks_of_one_silence_shows_none_of_another(room: Room) -> None:
    one, other = open_silence_on(room), open_silence_on(room)
    break_silence_for(room, one)
    break_silence_for(room, other, "PRT", words=f"Nor we, {marker('other')}.")
    acts.show_breaks(access=room.access("co_facilitator"), silence=one)
    read = page(Person(room, "CPV focal_point").get("silence", other.public_id))
    assert marker("other") not in read and "roken" not in read


def test_who_is_not_asked_does_not_see_it(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA",))
    assert Person(room, "CPV focal_point").get("silence", silence.public_id).status_code == 404
    assert "under silence" in page(
        Person(room, "FRA contributor").get("silence", silence.public_id)
    )
    to_all = open_silence_on(room)
    assert Person(room, "IOM focal_point").get("silence", to_all.public_id).status_code == 200


# --- Refused -------------------------------------------------------------------------------------


def test_after_its_last_moment_it_cannot_be_broken(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence, days=9)
    with pytest.raises(Refused, match="ended"):
        acts.break_silence(
            access=room.access("CPV focal_point", 9.001),
            asked_seat=asked_seat(silence, "CPV"),
            words=WHY,
        )


def test_only_who_is_asked_and_may_submit_breaks_it(room: Room) -> None:
    silence = open_silence_on(room)
    for who in ("CPV focal_point", "FRA deputy", "co_facilitator", "secretariat"):
        with pytest.raises(Refused):
            acts.break_silence(
                access=room.access(who), asked_seat=asked_seat(silence, "FRA"), words=WHY
            )
    with pytest.raises(ValidationError):
        break_silence_for(room, silence, words="  ")


def test_a_second_press_breaks_it_once(room: Room) -> None:
    silence = open_silence_on(room)
    key = uuid4()
    assert (
        break_silence_for(room, silence, form_key=key).pk
        == break_silence_for(room, silence, form_key=key).pk
    )


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("words", {"words": " \n"}),
        ("decision", {"subject": SilenceSubject(decision=" ")}),
        ("seats", {"seats": []}),
    ],
)
def test_a_silence_asks_somebody_something_in_words(
    room: Room, field: str, changed: dict[str, Any]
) -> None:
    subject = SilenceSubject(decision="The meeting is on Monday.")
    given: dict[str, Any] = {"subject": subject, "words": WORDS, "until": room.at(9)} | changed
    with pytest.raises(ValidationError) as refused:
        acts.open_silence(access=room.access("co_facilitator"), **given)
    assert list(refused.value.message_dict) == [field]
    assert not Silence.objects.exists()


def test_it_is_broken_on_a_paragraph_of_its_own_text_alone(room: Room) -> None:
    silence, of_the_call = open_silence_on(room), room.wording(room.call, 1)
    with pytest.raises(ValidationError, match="paragraph of the text under silence"):
        break_silence_for(room, silence, wording=of_the_call)
    of_the_text = room.wording(room.revision, 2)
    assert break_silence_for(room, silence, wording=of_the_text).wording == of_the_text


def test_what_was_shown_is_not_shown_again(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    shown = acts.show_breaks(access=room.access("co_facilitator"), silence=silence)
    assert shown.shown_at == room.now
    again = acts.show_breaks(access=room.access("co_facilitator", 1), silence=silence)
    assert again.shown_at == Silence.objects.get().shown_at == room.now
    assert len(notified_readers(silence, "shown")) == PEOPLE


@pytest.mark.parametrize("code", ["IOM", "AFRICAN-GROUP"])
def test_observers_and_groups_are_not_asked(room: Room, code: str) -> None:
    with pytest.raises(ValidationError, match="delegations that can break silence"):
        open_silence_on(room, codes=("FRA", code))
    assert not Silence.objects.exists()


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (-1, "The silence must end in the future."),
        (0, "The silence must end in the future."),
        (23, "A silence runs for 24 hours at least."),
    ],
)
def test_a_silence_that_is_too_short_is_refused(room: Room, hours: float, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        open_silence_on(room, days=0, until=hours / 24)
    assert refused.value.message_dict == {"until": [sentence]}


@pytest.mark.parametrize("days", [-1, 0])
def test_a_silence_may_last_ninety_days_and_not_a_moment_more(room: Room, days: float) -> None:
    """From where it was opened, when it is extended too."""
    last, a_moment = days + 90, 1 / 86_400_000
    with pytest.raises(ValidationError) as refused:
        open_silence_on(room, days=days, until=last + a_moment)
    assert "until" in refused.value.message_dict
    assert open_silence_on(room, days=days, until=last).silence_until == room.at(last)
    silence, leading = open_silence_on(room, days=days), room.access("co_facilitator", 1)
    with pytest.raises(ValidationError) as refused:
        acts.extend_silence(access=leading, silence=silence, until=room.at(last + a_moment))
    assert "until" in refused.value.message_dict
    longest = acts.extend_silence(access=leading, silence=silence, until=room.at(last))
    assert longest.silence_until == room.at(last)


def test_in_a_closed_record_nothing_is_opened_nor_broken(room: Room) -> None:
    silence = open_silence_on(room)
    room.consultation.closed_at = room.now
    room.consultation.save()
    for act in (lambda: open_silence_on(room), lambda: break_silence_for(room, silence)):
        with pytest.raises(Refused, match="record"):
            act()


def test_who_has_left_is_not_asked(room: Room) -> None:
    Seat.objects.filter(code="FRA").update(ended_at=room.at(-3))
    codes = open_silence_on(room).asked.values_list("seat__code", flat=True)
    assert sorted(codes) == ["CIV", "CPV", "PRT"]


def test_what_was_broken_is_not_adopted(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    with pytest.raises(ValidationError, match="A delegation broke this silence"):
        acts.declare_silence(
            access=room.access("co_facilitator", 10), silence=silence, outcome="adopted"
        )


def test_an_outcome_agrees_with_what_was_said(room: Room) -> None:
    leading = room.access("co_facilitator")
    silence = open_silence_on(room)
    for outcome, sentence in (
        ("adopted", "Delegations can still break it."),
        ("broken", "Nobody broke this silence."),
        ("nonsense", "Choose the outcome."),
    ):
        with pytest.raises(ValidationError) as refused:
            acts.declare_silence(access=leading, silence=silence, outcome=outcome)
        assert refused.value.message_dict == {"outcome": [sentence]}
    later = room.access("co_facilitator", 10)
    done = acts.declare_silence(access=later, silence=silence, outcome="adopted")
    assert done.outcome == "adopted" and len(notified_readers(silence, "declared")) == PEOPLE + 2
    with pytest.raises(Refused):
        acts.declare_silence(access=later, silence=silence, outcome="withdrawn")


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV focal_point"])
def test_only_who_leads_extends_it_shows_its_breaks_and_declares_it(room: Room, who: str) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    access = room.access(who)
    with pytest.raises(Refused):
        acts.extend_silence(access=access, silence=silence, until=room.at(12))
    with pytest.raises(Refused):
        acts.show_breaks(access=access, silence=silence)
    with pytest.raises(Refused):
        acts.declare_silence(access=access, silence=silence, outcome="broken")


# --- Time ----------------------------------------------------------------------------------------


def test_an_extension_ends_later_and_is_told(room: Room) -> None:
    silence = open_silence_on(room)
    leading = room.access("co_facilitator")
    for days in (8, 9):
        with pytest.raises(ValidationError, match="later than the present one"):
            acts.extend_silence(access=leading, silence=silence, until=room.at(days))
    longer = acts.extend_silence(access=leading, silence=silence, until=room.at(12), words="Asked.")
    assert Silence.objects.get().silence_until == room.at(12)
    assert longer.extensions.get().ended_before == room.at(9)
    assert len(notified_readers(silence, "extended")) == PEOPLE
    with pytest.raises(Refused):
        acts.extend_silence(
            access=room.access("co_facilitator", 13), silence=silence, until=room.at(15)
        )


def test_reminders_and_the_end_are_told_once_each(room: Room) -> None:
    silence = open_silence_on(room, days=0, until=9)
    break_silence_for(room, silence)
    assert write_due_silence_mails(room.at(4)) == []
    for _turn in range(2):
        write_due_silence_mails(room.at(4.6))
    assert (
        len(notified_readers(silence, "half_way")) == PEOPLE
        and notified_readers(silence, "last_day") == []
    )
    for _turn in range(2):
        write_due_silence_mails(room.at(8.99))
    assert len(notified_readers(silence, "last_day")) == PEOPLE
    for _turn in range(2):
        write_due_silence_mails(room.at(9.01))
    assert len(notified_readers(silence, "ended")) == 2


def test_a_reminder_does_not_go_to_who_broke_it(room: Room) -> None:
    silence = open_silence_on(room, days=0, until=9)
    break_silence_for(room, silence)
    write_due_silence_mails(room.at(4.6))
    Mail.objects.exclude(facts__event="half_way").delete()
    assert send_all(MailKind.SILENCE) == PEOPLE - 3  # those of France


def test_the_last_day_is_a_working_day_of_the_seat(room: Room) -> None:
    silence = open_silence_on(room, days=0, until=9)
    zone = room.consultation.zone
    write_due_silence_mails(silence.silence_until - timedelta(hours=1))
    day = silence.silence_until.astimezone(zone)
    assert notified_readers(silence, "last_day") and day


# --- Pages ---------------------------------------------------------------------------------------


def _opening_form(room: Room, until: datetime, **more: Any) -> dict[str, Any]:
    fields = {
        "on": str(room.revision.public_id),
        "words": WORDS,
        "until": f"{until.astimezone(room.consultation.zone):%Y-%m-%dT%H:%M}",
        "whom": "all",
        "form_key": str(uuid4()),
    }
    return fields | more


def test_one_opens_a_silence_after_a_preview(room: Room) -> None:
    leads, form = Person(room, "co_facilitator"), _opening_form(room, room.at(10))
    shown = leads.post("open_silence", **form)
    assert shown.status_code == 200 and not Silence.objects.exists()
    body = page(shown)
    assert "Preview: nothing saved yet" in body and "Working hours at the seat" in body
    leads.post("open_silence", **form, open="yes")
    silence = Silence.objects.get()
    assert silence.revision_id == room.revision.pk and silence.asks_all
    assert f"/silences/{silence.public_id}/" in page(leads.get("silences"))


def test_a_silence_on_a_decision_asks_for_its_words_before_the_preview(room: Room) -> None:
    leads, form = Person(room, "co_facilitator"), _opening_form(room, room.at(10), on="decision")
    for words in ("", " \n"):
        refused = leads.post("open_silence", **form, decision=words)
        assert refused.status_code == 422
        assert refused.context["form"].errors == {"decision": ["Write the decision."]}
    shown = page(leads.post("open_silence", **form, decision="The meeting is on Monday."))
    assert "Preview: nothing saved yet" in shown


def test_a_silence_is_on_a_text_or_on_a_decision_and_not_on_both(room: Room) -> None:
    leads, form = Person(room, "co_facilitator"), _opening_form(room, room.at(10))
    refused = leads.post("open_silence", **form, decision="The meeting is on Monday.")
    assert refused.status_code == 422
    sentence = "A text is chosen above. Remove this, or choose one."
    assert refused.context["form"].errors == {"decision": [sentence]}
    assert "The meeting is on Monday." in page(refused)


def test_what_is_read_only_offers_no_form_to_lead_a_silence(room: Room) -> None:
    silence, leads = open_silence_on(room), Person(room, "co_facilitator")

    def statuses() -> list[int]:
        answers = [leads.get(name, silence.public_id) for name in LEADING_PAGES]
        return [answer.status_code for answer in (leads.get("open_silence"), *answers)]

    assert statuses() == [200] * 4
    room.consultation.closed_at = room.now
    room.consultation.save()
    assert statuses() == [403] * 4


def test_an_outcome_is_offered_until_one_is_declared(room: Room) -> None:
    silence, leads = open_silence_on(room), Person(room, "co_facilitator")
    assert "Withdrawn" in page(leads.get("declare_silence", silence.public_id))
    acts.declare_silence(access=room.access("co_facilitator"), silence=silence, outcome="withdrawn")
    refused = leads.get("declare_silence", silence.public_id)
    assert refused.status_code == 403
    assert "The outcome of this silence is declared." in page(refused)


def test_a_silence_that_grew_too_short_since_its_preview_is_refused_at_its_end(room: Room) -> None:
    edit_consultation(access=room.access("secretariat"), silence_hours=1, silence_seat_hours=0)
    leads, form = Person(room, "co_facilitator"), _opening_form(room, room.at(62 / 1440))
    with time_machine.travel(room.now):
        assert "Preview: nothing saved yet" in page(leads.post("open_silence", **form))
    with time_machine.travel(room.at(5 / 1440)):
        refused = leads.post("open_silence", **form, open="yes")
    assert refused.status_code == 422 and not Silence.objects.exists()
    assert refused.context["form"].errors == {"until": ["A silence runs for 1 hour at least."]}
    assert WORDS in page(refused) and "Preview: nothing saved yet" not in page(refused)


def test_a_silence_asks_somebody_when_it_is_opened_after_its_preview(room: Room) -> None:
    leads = Person(room, "co_facilitator")
    form = _opening_form(room, room.at(10), whom="some")
    seat_public_id = str(room.consultation.seats.get(code="FRA").public_id)
    shown = leads.post("open_silence", **form, seats=[seat_public_id])
    assert "Preview: nothing saved yet" in page(shown)
    refused = leads.post("open_silence", **form, open="yes")
    assert refused.status_code == 422 and not Silence.objects.exists()
    assert refused.context["form"].errors == {"seats": ["Choose at least one delegation."]}
    assert WORDS in page(refused) and "Preview: nothing saved yet" not in page(refused)


def test_a_focal_point_breaks_it_on_a_paragraph(room: Room) -> None:
    silence = open_silence_on(room)
    speaks = Person(room, "FRA focal_point")
    wording = room.wording(room.revision, 2)
    fields = {
        "wording": str(wording.public_id),
        "words": WHY,
        "language": "fr",
        "form_key": uuid4(),
    }
    asked_first = speaks.post("break_silence", silence.public_id, **fields)
    assert asked_first.status_code == 200 and not SilenceBreak.objects.exists()
    assert WHY in page(asked_first) and "This is an official act" in page(asked_first)
    changed = speaks.post("break_silence", silence.public_id, **fields, change="yes")
    assert changed.status_code == 200 and WHY in page(changed)
    speaks.post("break_silence", silence.public_id, **fields, confirmed="yes")
    row = SilenceBreak.objects.get()
    assert (row.wording_id, row.words, row.language) == (wording.pk, WHY, "fr")
    assert speaks.post("break_silence", silence.public_id, words="").status_code == 422


# --- What a delegation alone knows, and the paper ------------------------------------------------


def test_that_it_was_opened_is_known_to_the_own_delegation_alone(room: Room) -> None:
    silence = open_silence_on(room)
    reader = room.users["FRA contributor"]
    Person(room, "FRA contributor").get("silence", silence.public_id)
    assert SilenceRead.objects.get().user_id == reader.pk
    told_to = "Who of our delegation opened it"
    colleague = page(Person(room, "FRA focal_point").get("silence", silence.public_id))
    assert told_to in colleague and reader.name in colleague
    for who in ("co_facilitator", "secretariat"):
        assert told_to not in page(Person(room, who).get("silence", silence.public_id))
        assert not SilenceRead.objects.visible_to(room.access(who)).exists()
    assert not SilenceRead.objects.visible_to(room.access("CPV focal_point")).exists()


def paper_for(room: Room, who: str, silence: Silence) -> str:
    answer = Person(room, who).get("silence_file", silence.public_id)
    document = Document(BytesIO(answer.content))
    return "\n".join(line.text for line in document.paragraphs)


def test_the_paper_says_what_was_asked_who_broke_it_who_was_silent_and_what_was_sent(
    room: Room,
) -> None:
    silence = open_silence_on(room)
    send_all(MailKind.SILENCE)
    # The paper lists them by the minute, which may turn between two of them.
    Mail.objects.filter(kind=MailKind.SILENCE).update(sent_at=room.now)
    break_silence_for(room, silence)
    acts.extend_silence(access=room.access("co_facilitator"), silence=silence, until=room.at(12))
    paper = paper_for(room, "co_facilitator", silence)
    assert marker("silence words") in paper and marker("break words") in paper
    silent = paper.partition("Who said nothing")[2].partition("Opened and extended")[0]
    assert "Portugal" in silent and "France" not in silent
    assert f"To {PEOPLE} people: Cabo Verde" in paper and "Silence opened" in paper
    assert "Extended" in paper
    to_delegation = paper_for(room, "CPV focal_point", silence)
    assert marker("silence words") in to_delegation
    assert marker("break words") not in to_delegation and "said nothing" not in to_delegation
    acts.show_breaks(access=room.access("co_facilitator"), silence=silence)
    assert marker("break words") in paper_for(room, "CPV focal_point", silence)


def test_the_secretariat_sets_how_short_a_silence_may_be(room: Room) -> None:
    edit_consultation(access=room.access("secretariat"), silence_hours=1, silence_seat_hours=0)
    for hours in (1, 2):
        assert open_silence_on(room, days=0, until=hours / 24).silence_until == room.at(hours / 24)
    with pytest.raises(ValidationError, match="A silence runs for 1 hour at least"):
        open_silence_on(room, days=0, until=0.99 / 24)


def test_a_silence_has_so_many_working_hours_at_the_seat(room: Room) -> None:
    secretariat = room.access("secretariat")
    edit_consultation(access=secretariat, silence_hours=1, silence_seat_hours=400)
    with pytest.raises(ValidationError, match="A silence has 400 working hours at the seat"):
        open_silence_on(room, days=0, until=9)
