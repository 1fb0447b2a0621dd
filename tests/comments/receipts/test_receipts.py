"""Receipts: the page before submission, the page of the receipt, and its verification."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.drafting.acts import clear_comment, draft_comment
from comments.models import Comment, Receipt
from comments.receipts.receipt import in_fours, submission_of
from comments.submitting.acts import submit_comments, withdraw_comment
from consultations.models import Round
from consultations.outbox.sending import send_due
from delegations.models import User
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import SLUG, Room, as_content, marker, words

pytestmark = pytest.mark.every_server


def cleared_drafts(room: Room, code: str, count: int, **more: Any) -> list[Comment]:
    """So many cleared drafts of a delegation on the last paragraph."""
    wording = room.wording(room.revision, 4)
    made = []
    for number in range(count):
        fields = words(f"{code} more {number}") | more
        access = room.access(f"{code} contributor", -2)
        draft = draft_comment(access=access, wording=wording, **as_content(fields))
        clear_comment(access=room.access(f"{code} deputy", -1), comment=draft)
        made.append(draft)
    return made


def press(person: Person, shown: str) -> Any:
    """Send the form of submission as the page shows it."""
    sent = re.findall(r'name="comment" value="([^"]+)"', shown)
    return person.post("submit_all", comment=sent)


def receipt_behind(answer: Any) -> Receipt:
    return Receipt.objects.get(public_id=answer.headers["Location"].rstrip("/").split("/")[-1])


# --- What will go --------------------------------------------------------------------------------


def test_the_page_shows_what_will_go_in_the_form_of_the_table(room: Room) -> None:
    shown = page(Person(room, "FRA focal_point").get("submit_all"))
    columns = re.findall(r'<th scope="col">([^<]+)</th>', shown)
    assert columns == [
        "Paragraph",
        "Text of the draft",
        "Delegation",
        "Type",
        "Proposed wording",
        "Rationale",
    ]
    assert re.search(r"<ins\b[^>]*>.*?" + marker("FRA cleared"), shown, re.DOTALL)
    assert f"Because {marker('FRA cleared')}." in shown
    assert "FRA focal_point, " in shown and "Submit 1 input for France" in shown


def test_for_a_group_the_page_lists_its_members_of_today(room: Room) -> None:
    draft = room.comment("CPV group draft")
    person = Person(room, "CPV focal_point")
    shown = page(person.get("submit_comment", draft.public_id))
    assert "Submit 1 input for African Group" in shown
    assert "On behalf of" in shown and "filed by Cabo Verde" in shown
    assert re.search(r"Members as listed today:\s*Cabo Verde,\s*Côte d’Ivoire", shown)
    assert "Members: Cabo Verde, Côte d’Ivoire" in shown  # as the table will have it


def test_what_goes_in_two_names_is_counted_in_each(room: Room) -> None:
    for name in ("CPV draft", "CPV group draft"):
        clear_comment(access=room.access("CPV focal_point"), comment=room.comment(name))
    person = Person(room, "CPV focal_point")
    both = "Submit 2 inputs for Cabo Verde, 1 input for African Group"
    assert both in page(person.get("workspace"))
    shown = page(person.get("submit_all"))
    assert f"<h1>{both}</h1>" in shown
    press(person, shown)
    send_due()
    told = next(sent for sent in mail.outbox if sent.to == [room.users["CPV focal_point"].email])
    assert told.subject == "Receipt: Submitted: 2 inputs of Cabo Verde, 1 input of African Group"


def test_what_comes_late_is_marked_before_it_goes(room: Room) -> None:
    assert "will be marked late" not in page(Person(room, "FRA focal_point").get("submit_all"))
    Round.objects.filter(pk=room.round.pk).update(deadline=room.at(-1))
    shown = page(Person(room, "FRA focal_point").get("submit_all"))
    assert "1 input is past its deadline, and will be marked late." in shown


def test_the_page_asks_as_much_for_one_draft_as_for_thirty(room: Room) -> None:
    person = Person(room, "FRA focal_point")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert person.get("submit_all").status_code == 200
        return len(captured)

    queries()  # the first visit writes that they were here
    few = queries()
    cleared_drafts(room, "FRA", 30)
    assert queries() == few


# --- One act, one receipt ------------------------------------------------------------------------


def test_a_second_press_brings_the_same_receipt(room: Room) -> None:
    cleared_drafts(room, "FRA", 3)
    person = Person(room, "FRA focal_point")
    shown = page(person.get("submit_all"))
    first, second = press(person, shown), press(person, shown)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert receipt_behind(first).comments.count() == 4
    # Opened again, the page of one that is submitted leads to its receipt.
    again = person.get("submit_comment", room.comment("FRA cleared").public_id)
    assert again.headers["Location"] == first.headers["Location"]


def test_the_receipt_names_numbers_words_times_who_and_the_checksum(room: Room) -> None:
    User.objects.filter(pk=room.users["FRA focal_point"].pk).update(time_zone="Asia/Kathmandu")
    room.users["FRA focal_point"].refresh_from_db()
    person = Person(room, "FRA focal_point")
    answer = press(person, page(person.get("submit_all")))
    shown = page(person.client.get(answer.headers["Location"]))
    receipt = receipt_behind(answer)
    found = submission_of(room.access("FRA focal_point"), receipt.public_id)
    for sentence in (
        "1 input is submitted",
        "FRA-5",
        marker("FRA cleared"),
        str(receipt.public_id),
        in_fours(found.checksum),
        "focal point, France",
        "New York",
        "UTC",
        "Kathmandu",
        f"{receipt.submitted_at:%H:%M:%S}",
    ):
        assert sentence in shown, sentence
    for format_name in ("pdf", "docx"):
        assert reverse("receipt_file", args=[SLUG, receipt.public_id, format_name]) in shown
    assert answer.headers["Location"] in page(person.get("receipts"))


def test_a_delegations_own_people_read_its_receipts_and_nobody_else(room: Room) -> None:
    receipt = Receipt.objects.get(comments=room.comments["FRA submitted"]).public_id
    for who in ("FRA contributor", "FRA deputy", "FRA focal_point"):
        assert Person(room, who).get("receipt", receipt).status_code == 200
        assert str(receipt) in page(Person(room, who).get("receipts"))
    for who in ("CPV focal_point", "IOM focal_point", "co_facilitator", "secretariat"):
        assert Person(room, who).get("receipt", receipt).status_code == 404
        assert Person(room, who).get("receipt_file", receipt, "pdf").status_code == 404
        listed = Person(room, who).get("receipts")
        assert listed.status_code == 403 or str(receipt) not in page(listed)


def test_the_history_leads_the_own_people_to_the_receipt(room: Room) -> None:
    row = room.comment("FRA submitted")
    receipt = Receipt.objects.get(comments=row.pk).public_id
    assert str(receipt) in page(Person(room, "FRA contributor").get("comment", row.public_id))
    for who in ("CPV focal_point", "co_facilitator"):
        assert str(receipt) not in page(Person(room, who).get("comment", row.public_id))


def test_a_receipt_costs_the_same_queries_for_one_input_and_for_thirty(room: Room) -> None:
    access = room.access("FRA focal_point")
    one = submit_comments(access=access, comments=cleared_drafts(room, "FRA", 1))
    many = submit_comments(access=access, comments=cleared_drafts(room, "FRA", 30))
    person = Person(room, "FRA focal_point")

    def queries(row: Comment) -> int:
        assert row.receipt is not None
        with CaptureQueriesContext(connection) as captured:
            assert person.get("receipt", row.receipt.public_id).status_code == 200
        return len(captured)

    queries(one[0])
    assert queries(one[0]) == queries(many[0])


# --- Verifying -----------------------------------------------------------------------------------


def verify(number: object, checksum: str) -> Any:
    return Client().get(reverse("verify_receipt"), {"number": str(number), "checksum": checksum})


@pytest.fixture
def proven(room: Room) -> tuple[str, str]:
    receipt = Receipt.objects.get(comments=room.comments["FRA submitted"])
    found = submission_of(room.access("FRA focal_point"), receipt.public_id)
    return str(receipt.public_id), found.checksum


def test_anybody_has_a_receipt_verified_without_signing_in(proven: tuple[str, str]) -> None:
    number, checksum = proven
    assert re.fullmatch("[A-Z2-7]{52}", checksum)
    for typed in (checksum, in_fours(checksum), f"  {checksum[:20]}\t{checksum[20:].lower()}"):
        answer = verify(f" {number} ", typed)
        assert answer.status_code == 200
        assert "This receipt is genuine" in page(answer)
        assert marker("FRA submitted") not in page(answer) and "France" not in page(answer)
        assert not answer.cookies.get("sessionid")


def test_an_unknown_number_and_a_wrong_checksum_have_one_answer(proven: tuple[str, str]) -> None:
    number, checksum = proven
    changed = ("B" if checksum[0] == "A" else "A") + checksum[1:]
    unknown = "00000000-0000-4000-8000-000000000000"

    def answer_to(number: str, checksum: str) -> str:
        shown = page(verify(number, checksum)).split("<main")[1].split("</main>")[0]
        assert "This receipt is not genuine" in shown
        # What was typed is shown again; else the pages are the same to the letter.
        return shown.replace(number, "…").replace(checksum, "…")

    answers = [
        answer_to(number, changed),
        answer_to(unknown, checksum),
        answer_to("PRT-7", checksum),
        answer_to(number, "é" * 43),
    ]
    assert len(set(answers)) == 1


def test_a_changed_sign_anywhere_in_the_checksum_is_refused(
    proven: tuple[str, str], own_cache: None
) -> None:
    number, checksum = proven
    for place, sign in enumerate(checksum):
        changed = checksum[:place] + ("B" if sign == "A" else "A") + checksum[place + 1 :]
        assert "This receipt is not genuine" in page(verify(number, changed)), place


def test_what_is_left_out_is_asked_for(proven: tuple[str, str]) -> None:
    answer = verify(proven[0], "")
    assert answer.status_code == 422
    assert "This receipt is not genuine" not in page(answer)


def test_who_asks_too_often_waits_a_minute(proven: tuple[str, str], own_cache: None) -> None:
    answers = [verify(*proven).status_code for _try in range(61)]
    assert answers == [200] * 60 + [429]
    assert Client().get(reverse("verify_receipt")).status_code == 200


def test_a_former_key_keeps_its_receipts_genuine(proven: tuple[str, str], settings: Any) -> None:
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the installation, long"
    assert "This receipt is not genuine" in page(verify(*proven))
    settings.SECRET_KEY_FALLBACKS = [former]
    assert "This receipt is genuine" in page(verify(*proven))


# --- Change after submission ---------------------------------------------------------------------


def test_a_new_version_has_its_receipt_and_both_stand_in_the_history(room: Room) -> None:
    person, old = Person(room, "FRA focal_point"), room.comment("FRA submitted")
    sent = proposal(proposed="To raise awareness of all trafficking.", rationale="Better so")
    submit_page = person.post("supersede_comment", old.public_id, then="submit", **sent)
    new = Comment.objects.select_related("seat").get(amends=old.number, seat=old.seat)
    shown = page(person.client.get(submit_page.headers["Location"]))
    assert "Replaces" in shown and "new version of FRA-1" in shown
    assert Comment.objects.get(pk=old.pk).superseded_at is None
    going = {"comment": f"{new.public_id}:{new.version}"}
    first = person.post("submit_comment", new.public_id, **going)
    second = person.post("submit_comment", new.public_id, **going)
    assert first.headers["Location"] == second.headers["Location"]
    new = Comment.objects.select_related("seat").get(pk=new.pk)
    assert (new.supersedes_id, new.reference) == (old.pk, old.reference)
    assert receipt_behind(first).comments.get() == new
    assert old.reference in page(person.client.get(first.headers["Location"]))

    for who, row in (("FRA contributor", new), ("CPV focal_point", new), ("staff", old)):
        history = page(Person(room, who).get("comment", row.public_id))
        assert "submitted a new version" in history and "submitted it" in history
        assert marker("FRA submitted") in history  # the words before, taken out in the redline
        steps = history.split('class="history"')[1]
        assert re.search(r"<del\b.*?" + marker("FRA submitted") + r".*?</del>", steps, re.DOTALL)
        assert re.search(r"<ins\b.*?all trafficking.*?</ins>", steps, re.DOTALL)
        assert re.search(r"<ins\b.*?Better so.*?</ins>", steps, re.DOTALL)  # and of the reason
    # Nothing is deleted: the old words stand as they were, and their receipt with them.
    stays = Comment.objects.get(pk=old.pk)
    assert stays.proposed == old.proposed and stays.superseded_at is not None
    before = page(person.get("receipt", Receipt.objects.get(comments=old.pk).public_id))
    assert marker("FRA submitted") in before and "replaced by a new version since" in before


def test_what_is_withdrawn_keeps_its_receipt_its_reason_and_its_words(room: Room) -> None:
    row = room.comment("FRA submitted")
    receipt = Receipt.objects.get(comments=row.pk).public_id
    before = submission_of(room.access("FRA focal_point"), receipt).checksum
    withdraw_comment(access=room.access("FRA focal_point"), comment=row, reason="Met by Rev.1")
    shown = page(Person(room, "FRA deputy").get("receipt", receipt))
    assert "withdrawn since" in shown and marker("FRA submitted") in shown
    assert submission_of(room.access("FRA focal_point"), receipt).checksum == before
    assert "withdrew it: Met by Rev.1" in page(
        Person(room, "CPV focal_point").get("comment", row.public_id)
    )
