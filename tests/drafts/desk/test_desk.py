"""The desk: edited in place, nothing typed is lost, circulation after one confirmation."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.models import Round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, strike_paragraph
from drafts.models import Draft, Paragraph, Revision
from tests.drafts.desk.leading import (
    SLUG,
    Browser,
    Leading,
    desk_words,
    frozen,
    page,
    rows_of,
    text_with,
)

pytestmark = pytest.mark.django_db

DESK = ["States should act.", "States report yearly.", "They meet."]


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, *DESK)


def words(row: Paragraph, **changed: str) -> dict[str, str]:
    """What the form of a paragraph sends."""
    shown = {"version": str(row.version), "text": row.text, "kind": row.kind, "label": row.label}
    return {**shown, "opening": row.opening, "notes": "", **changed}


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page(answer))
    assert found is not None
    return found[1]


# --- The desk ---


def test_the_desk_shows_the_working_text_to_facilitators_and_secretariat(
    leading: Leading, plan: Draft
) -> None:
    for access in (leading.leader, leading.staff, leading.clerk):
        answer = Browser(access).open("desk", "plan")
        assert answer.status_code == 200
        shown = page(answer)
        assert [text for text in desk_words(plan) if text in shown] == DESK


def test_the_secretariat_reads_and_finds_no_way_to_write(leading: Leading, plan: Draft) -> None:
    row = rows_of(plan)[0]
    browser = Browser(leading.clerk)
    opened = browser.open("edit_paragraph", "plan", row.public_id)
    assert "<textarea" not in page(opened)
    answer = browser.send("edit_paragraph", "plan", row.public_id, **words(row, text="Mine."))
    assert answer.status_code == 403
    for name in ("strike_paragraph", "move_paragraph"):
        assert browser.send(name, "plan", row.public_id, step="down").status_code == 403
    for name in ("import_file", "circulate", "add_paragraph"):
        assert browser.open(name, "plan").status_code == 403
    assert desk_words(plan)[0] == "States should act."


def test_a_paragraph_is_edited_in_its_place_without_javascript(
    leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    opened = page(leader.open("edit_paragraph", "plan", row.public_id))
    assert "States report yearly." in opened
    assert opened.count("<textarea") == 2
    answer = leader.send("edit_paragraph", "plan", row.public_id, **words(row, text="They act."))
    desk = reverse("desk", args=[SLUG, "plan"])
    assert answer.url == f"{desk}?at={row.public_id}#p-{row.public_id}"
    assert desk_words(plan)[0] == "They act."


def test_htmx_gets_the_paragraph_alone(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    answer = leader.send(
        "edit_paragraph", "plan", row.public_id, htmx=True, **words(row, text="They act.")
    )
    assert answer.status_code == 200
    assert "<html" not in page(answer)
    assert "They act." in page(answer)
    assert f'data-keep-clear="{row.public_id}"' in page(answer)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_second_save_is_refused_with_both_texts_and_nothing_lost(
    leading: Leading, leader: Browser, plan: Draft, htmx: bool
) -> None:
    row = rows_of(plan)[0]
    typed = words(row, text="States must act now.")
    theirs = {"kind": row.kind, "label": ""}
    edit_paragraph(
        access=leading.staff, paragraph=row, version=1, text="States act at once.", **theirs
    )
    answer = leader.send("edit_paragraph", "plan", row.public_id, htmx=htmx, **typed)
    assert answer.status_code == 409
    assert "States act at once." in page(answer)
    assert "States must act now.</textarea>" in page(answer)
    assert desk_words(plan)[0] == "States act at once."
    # The last form of the page is the one that saves.
    typed["version"] = re.findall(r'name="version" value="(\d+)"', page(answer))[-1]
    assert leader.send("edit_paragraph", "plan", row.public_id, **typed).status_code == 302
    assert desk_words(plan)[0] == "States must act now."


def test_a_text_that_cannot_stand_comes_back_as_typed(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    long = "x" * 10_001
    answer = leader.send("edit_paragraph", "plan", row.public_id, **words(row, text=long))
    assert answer.status_code == 422
    assert "10001 characters" in page(answer)
    assert f"{long}</textarea>" in page(answer)


def test_spaces_are_kept_and_only_line_ends_are_made_plain(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    typed = "  [two  spaces]\u00a0\r\nsecond line "
    leader.send("edit_paragraph", "plan", row.public_id, **words(row, text=typed))
    assert desk_words(plan)[0] == "  [two  spaces]\u00a0\nsecond line "


def test_saving_unchanged_words_writes_nothing(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    leader.send("edit_paragraph", "plan", row.public_id, **words(row))
    assert Paragraph.objects.get(pk=row.pk).version == row.version


def test_a_form_shown_in_another_capacity_is_never_written(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    address = reverse("edit_paragraph", args=[SLUG, "plan", row.public_id])
    answer = leader.post(address, {"capacity": "post:other", **words(row, text="Typed here.")})
    assert answer.status_code == 409
    assert "Typed here." in page(answer)
    assert desk_words(plan)[0] == "States should act."


def test_a_paragraph_is_added_after_another_or_below_it(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[0]
    query = f"?after={row.public_id}"
    fields = {"text": "(a) soon;", "kind": "operative", "label": "", "opening": "", "notes": ""}
    leader.send("add_paragraph", "plan", query=query, position="below", **fields)
    leader.send("add_paragraph", "plan", query=query, **{**fields, "text": "In between."})
    assert desk_words(plan)[:3] == ["States should act.", "(a) soon;", "In between."]
    assert rows_of(plan)[1].parent_id == row.pk


def test_paragraphs_move_up_and_down_past_whole_families(leader: Browser, plan: Draft) -> None:
    first, second, third = rows_of(plan)
    fields = {"text": "(a)", "kind": "operative", "label": "", "opening": "", "notes": ""}
    below = {"query": f"?after={second.public_id}", "position": "below"}
    leader.send("add_paragraph", "plan", **below, **fields)
    leader.send("move_paragraph", "plan", first.public_id, step="down")
    assert desk_words(plan) == [second.text, "(a)", first.text, third.text]
    leader.send("move_paragraph", "plan", first.public_id, step="up")
    assert desk_words(plan) == [first.text, second.text, "(a)", third.text]
    leader.send("move_paragraph", "plan", second.public_id, step="up")
    assert desk_words(plan) == [second.text, "(a)", first.text, third.text]


def test_a_paragraph_moves_after_any_other_or_below_it(leader: Browser, plan: Draft) -> None:
    first, second, third = rows_of(plan)
    place = {"after": str(third.public_id), "position": "beside"}
    leader.send("move_paragraph", "plan", first.public_id, **place)
    assert desk_words(plan) == [second.text, third.text, first.text]
    place = {"after": str(second.public_id), "position": "below"}
    leader.send("move_paragraph", "plan", third.public_id, **place)
    assert Paragraph.objects.get(pk=third.pk).parent_id == second.pk
    leader.send("move_paragraph", "plan", first.public_id, after="first", position="beside")
    assert desk_words(plan) == [first.text, second.text, third.text]


def test_a_struck_paragraph_is_shown_apart_and_restored(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[1]
    leader.send("strike_paragraph", "plan", row.public_id)
    assert desk_words(plan) == ["States should act.", "They meet."]
    shown = page(leader.open("desk", "plan"))
    assert "1 deleted paragraph" in shown
    assert shown.index("They meet.") < shown.index("States report yearly.")
    leader.send("restore_paragraph", "plan", row.public_id)
    assert desk_words(plan)[1] == row.text


def test_the_desk_shows_its_changes_against_the_last_revision(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    first, second, _third = rows_of(plan)
    leader.send("edit_paragraph", "plan", first.public_id, **words(first, text="States must act."))
    leader.send("strike_paragraph", "plan", second.public_id)
    shown = page(leader.open("desk", "plan", query="?changes"))
    assert re.search(r"(?s)<del>.*should.*</del>\s*<ins>.*must.*</ins>", shown)
    assert re.search(r"(?s)<del>(?:(?!</del>).)*States report yearly\.", shown)
    assert "Against First draft: 1 reworded, 1 deleted, 1 unchanged." in shown


def test_the_history_shows_each_step_and_names_only_to_facilitators(
    leading: Leading, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    theirs = {"kind": row.kind, "label": "1"}
    edit_paragraph(
        access=leading.staff, paragraph=row, version=1, text="States must act.", **theirs
    )
    strike_paragraph(access=leading.leader, paragraph=row)
    own = page(Browser(leading.staff).open("paragraph_history", "plan", row.public_id))
    assert own.index("deleted") < own.index("reworded, label: none → 1") < own.index("written")
    assert "Bo staff (staff, Demo talks)" in own
    others = page(Browser(leading.clerk).open("paragraph_history", "plan", row.public_id))
    assert "staff, Demo talks" in others
    assert "Bo staff" not in others


def test_the_desk_costs_the_same_queries_for_1_paragraph_and_30(
    leading: Leading, leader: Browser
) -> None:
    leader.open("drafts")  # a first visit also writes that the person was here
    counts = []
    for size in (1, 30):
        draft = text_with(leading.leader, *(f"P {n}" for n in range(size)), slug=f"t{size}")
        circulate_revision(access=leading.leader, draft=draft, stage="First draft")
        for row in rows_of(draft)[: size // 2]:
            strike_paragraph(access=leading.leader, paragraph=row)
        with CaptureQueriesContext(connection) as seen:
            assert leader.open("desk", draft.slug, query="?changes").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- A file taken in ---


NUMBERED = {"language": "en", "numbering": "running", "levels": "letters", "annexes": "running"}


def file_of(*texts: str, name: str = "next.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n\n".join(texts).encode())


def test_a_file_is_shown_before_anything_is_written_and_then_taken(
    leading: Leading, leader: Browser
) -> None:
    leader.send("new_draft", title="Talks", slug="talks", **NUMBERED)
    draft = Draft.objects.get(slug="talks")
    sent = leader.send("import_file", "talks", file=file_of("The plan", "1. Decides to act."))
    shown = leader.get(sent.url)
    assert '<span class="wording__opening">Decides</span> to act.' in page(shown)
    assert "title · row 1" in page(shown)
    assert not Paragraph.objects.exists()
    fields = {"capacity": leader.key, "seen": seen_in(shown), "confirm": "yes"}
    assert leader.post(sent.url, fields).status_code == 302
    assert [(row.kind, row.label, row.text) for row in rows_of(draft)] == [
        ("title", "", "The plan"),
        ("operative", "1", "Decides to act."),
    ]
    assert leader.get(sent.url).status_code == 422


def test_pasted_words_are_read_as_a_plain_text(leader: Browser) -> None:
    leader.send("new_draft", title="Talks", slug="talks", **NUMBERED)
    sent = leader.send("import_file", "talks", pasted="The plan\r\n\r\n1. Decides to act.")
    assert "2 rows were read." in page(leader.get(sent.url))


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.json", b'[{"id": "x"}]'), "Row 1: “” is no kind of paragraph"),
        (SimpleUploadedFile("a.json", b"[}"), "line 1, column 2"),
        (SimpleUploadedFile("a.docx", b"PK\x03\x04 rest"), "The file is damaged."),
        (SimpleUploadedFile("a.txt", "résumé".encode("latin-1")), "not UTF-8"),
        (SimpleUploadedFile("a.txt", b" "), "The file is empty"),
        (SimpleUploadedFile("a.txt", b"x" * (11 * 1024 * 1024)), "The file has 11.0 MB"),
    ],
)
def test_a_wrong_file_is_answered_with_what_to_mend(
    leader: Browser, plan: Draft, file: SimpleUploadedFile, sentence: str
) -> None:
    file.seek(0)
    answer = leader.send("import_file", "plan", file=file)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert len(desk_words(plan)) == 3


def test_no_file_and_no_words_is_said_above_the_form(leader: Browser, plan: Draft) -> None:
    answer = leader.send("import_file", "plan", pasted="  ")
    assert answer.status_code == 422
    assert "Choose a file, or paste the text." in page(answer)


@pytest.fixture
def next_text(plan: Draft) -> SimpleUploadedFile:
    return file_of("States should act.", "Wholly new words here.", "Other words.", "They meet.")


def test_where_no_row_is_placed_yet_the_sentence_on_what_becomes_has_no_empty_end(
    leader: Browser, plan: Draft
) -> None:
    file = file_of("Whales sing below.", "Ships sail on.")
    shown = page(leader.get(leader.send("import_file", "plan", file=file).url))
    assert '2 rows were read. <span class="strong">' in " ".join(shown.split())


def test_open_rows_are_placed_on_the_page_and_shown_again_before_they_are_written(
    leader: Browser, plan: Draft, next_text: SimpleUploadedFile
) -> None:
    second = rows_of(plan)[1]
    address = leader.send("import_file", "plan", file=next_text).url
    shown = leader.get(address)
    assert "2 for you to place." in page(shown)
    assert 'name="confirm"' not in page(shown)
    choices = {"place-3": "new", "place-5": str(second.public_id)}
    too_soon = leader.post(
        address, {"capacity": leader.key, "seen": seen_in(shown), "confirm": "yes", **choices}
    )
    assert too_soon.status_code == 409
    assert desk_words(plan)[1] == "States report yearly."
    fields = {"capacity": leader.key, "seen": seen_in(too_soon), "confirm": "yes", **choices}
    assert leader.post(address, fields).status_code == 302
    rows = rows_of(plan)
    assert [row.text for row in rows][1:3] == ["Wholly new words here.", "Other words."]
    assert rows[2].pk == second.pk


def test_a_text_that_changed_meanwhile_is_not_written_over(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    address = leader.send("import_file", "plan", file=file_of(*desk_words(plan))).url
    fields = {"capacity": leader.key, "seen": seen_in(leader.get(address)), "confirm": "yes"}
    row = rows_of(plan)[2]
    edit_paragraph(
        access=leading.staff, paragraph=row, version=1, text="They rest.", kind=row.kind, label=""
    )
    answer = leader.post(address, fields)
    assert answer.status_code == 409
    assert desk_words(plan)[2] == "They rest."


def test_an_expired_file_keeps_the_choices_made_on_it(
    leading: Leading, leader: Browser, plan: Draft, next_text: SimpleUploadedFile
) -> None:
    address = leader.send("import_file", "plan", file=next_text).url
    # This one file alone: other tests of the run keep theirs in the same cache.
    kept = address.rstrip("/").rpartition("/")[2]
    assert cache.delete(f"import:{leading.leader.user.pk}:{leader.key}:{plan.pk}:{kept}")
    answer = leader.post(address, {"capacity": leader.key, "place-3": "new"})
    assert answer.status_code == 422
    assert "The file is no longer available." in page(answer)
    assert '<input type="hidden" name="place-3" value="new">' in page(answer)
    next_text.seek(0)
    again = leader.send("import_file", "plan", file=next_text, **{"place-3": "new"}).url
    assert "1 for you to place." in page(leader.get(again))


def test_a_kept_file_is_its_senders_alone(
    leading: Leading, leader: Browser, plan: Draft, next_text: SimpleUploadedFile
) -> None:
    address = leader.send("import_file", "plan", file=next_text).url
    other = Browser(leading.staff).get(address)
    assert other.status_code == 422
    assert "Wholly new words here." not in page(other)


def test_a_lineage_file_may_come_along(
    leader: Browser, plan: Draft, next_text: SimpleUploadedFile
) -> None:
    lineage = SimpleUploadedFile("lineage.csv", b"n2,p2\n,p3\n")
    shown = leader.get(leader.send("import_file", "plan", file=next_text, lineage=lineage).url)
    assert "for you to place" not in page(shown)
    next_text.seek(0)
    wrong = SimpleUploadedFile("lineage.csv", b"n99,p2\n")
    answer = leader.send("import_file", "plan", file=next_text, lineage=wrong)
    assert answer.status_code == 422
    assert "has the id “n99”" in page(answer)


# --- A revision sent out ---


def terms(leading: Leading, **changed: str) -> dict[str, str]:
    """A circulation that opens a round at once."""
    zone = leading.leader.consultation.zone
    deadline = (leading.leader.moment + timedelta(days=9)).astimezone(zone)
    return {
        "stage": "First draft",
        "nature": "draft",
        "note": "For your comments.",
        "round": "new",
        "round-name": "Comments",
        "round-opens_at": "",
        "round-deadline": f"{deadline:%Y-%m-%dT%H:%M}",
        "round-visibility": "at_close",
        "round-late_policy": "mark",
        **changed,
    }


def test_one_confirmation_sends_the_revision_out_and_opens_its_round(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    shown = leader.open("circulate", "plan")
    assert "The first revision: 3 paragraphs." in page(shown)
    answer = leader.send("circulate", "plan", seen=seen_in(shown), **terms(leading))
    sent = Revision.objects.select_related("round").get()
    assert answer.url == reverse("circulated", args=[SLUG, "plan", 1])
    assert (sent.stage, sent.note) == ("First draft", "For your comments.")
    assert sent.round is not None
    assert (sent.round.name, sent.round.visibility) == ("Comments", "at_close")
    assert sent.round.opens_at - sent.circulated_at == timedelta(seconds=1)
    done = page(leader.get(answer.url))
    assert all(sent.checksum[at : at + 16] in done for at in (0, 16, 32, 48))


def test_a_round_that_cannot_be_set_sends_nothing_out(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    seen = seen_in(leader.open("circulate", "plan"))
    past = terms(leading, **{"round-deadline": "2020-01-01T09:00"})
    answer = leader.send("circulate", "plan", seen=seen, **past)
    assert answer.status_code == 422
    assert "The deadline must be after the opening." in page(answer)
    assert "For your comments." in page(answer)
    assert not Revision.objects.exists()
    assert not Round.objects.exists()


def test_the_preview_counts_what_goes_out_against_the_last_revision(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    assert "Nothing has changed since First draft" in page(leader.open("circulate", "plan"))
    first, second, _third = rows_of(plan)
    leader.send("edit_paragraph", "plan", first.public_id, **words(first, text="They must act."))
    leader.send("strike_paragraph", "plan", second.public_id)
    shown = page(leader.open("circulate", "plan"))
    assert "Against First draft: 1 reworded, 1 deleted, 1 unchanged." in shown
    assert re.search(r"(?s)<del>(?:(?!</del>).)*States report yearly\.", shown)


def test_what_changed_after_the_preview_is_not_sent_out_unseen(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    seen = seen_in(leader.open("circulate", "plan"))
    strike_paragraph(access=leading.staff, paragraph=rows_of(plan)[0])
    answer = leader.send("circulate", "plan", seen=seen, **terms(leading))
    assert answer.status_code == 409
    assert "For your comments." in page(answer)
    assert not Revision.objects.exists()


def test_a_second_text_joins_the_unopened_round_of_the_first(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    text_with(leading.leader, "Adopts the plan.", slug="resolution")
    zone = leading.leader.consultation.zone
    opens = (leading.leader.moment + timedelta(days=1)).astimezone(zone)
    later = terms(leading, **{"round-opens_at": f"{opens:%Y-%m-%dT%H:%M}"})
    leader.send("circulate", "plan", seen=seen_in(leader.open("circulate", "plan")), **later)
    asked = Round.objects.get()
    shown = leader.open("circulate", "resolution")
    assert "In the round “Comments”, which has not opened yet." in page(shown)
    joined = terms(leading, round=str(asked.public_id))
    leader.send("circulate", "resolution", seen=seen_in(shown), **joined)
    assert set(Revision.objects.values_list("round", flat=True)) == {asked.pk}


def test_a_text_is_adopted_as_it_was_circulated(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="Final draft")
    assert "Final draft, is adopted as it stands" in page(leader.open("adopt_text", "plan"))
    leader.send("adopt_text", "plan", shown_number=1)
    assert Draft.objects.get(pk=plan.pk).adopted_at is not None
    assert "Import a file" not in page(leader.open("desk", "plan"))


# --- Texts and agendas ---


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("The resolution", "the-resolution"),
        ("Plan", "plan-2"),
        ("Table", "table-2"),
        ("行动", "text"),
    ],
)
def test_a_text_without_an_address_gets_one_from_its_title(
    leader: Browser, plan: Draft, title: str, address: str
) -> None:
    answer = leader.send("new_draft", title=title, slug="", **NUMBERED)
    assert answer.status_code == 302, page(answer)
    assert Draft.objects.get(title=title).slug == address


def test_a_text_is_begun_and_its_address_is_its_own(leader: Browser, plan: Draft) -> None:
    fields = {"title": "The resolution", **NUMBERED, "numbering": "pp_op"}
    taken = leader.send("new_draft", slug="plan", **fields)
    assert taken.status_code == 422
    assert "This address is already in use." in page(taken)
    for word in ("drafts", "new-text", "table"):
        answer = leader.send("new_draft", slug=word, **fields)
        assert answer.status_code == 422
        assert "This address is already in use." in page(answer)
    leader.send("new_draft", slug="resolution", **fields)
    begun = Draft.objects.get(slug="resolution")
    assert (begun.numbering, begun.place) == ("pp_op", 2)


def test_the_texts_show_the_list_of_their_revisions(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    shown = page(leader.open("drafts"))
    assert reverse("reading", args=[SLUG, "plan", 1]) in shown
    assert "First draft" in shown


def test_the_list_of_texts_costs_the_same_queries_for_1_text_and_10(
    leading: Leading, leader: Browser
) -> None:
    leader.open("drafts")  # a first visit also writes that the person was here
    counts = []
    for size in (1, 9):
        for number in range(size):
            draft = text_with(leading.leader, "one", slug=f"t{size}-{number}")
            circulate_revision(access=leading.leader, draft=draft, stage="First draft")
        with CaptureQueriesContext(connection) as seen:
            assert leader.open("drafts").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_frozen_words_are_what_the_preview_showed(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    shown = leader.open("circulate", "plan")
    leader.send("circulate", "plan", seen=seen_in(shown), **terms(leading, round="none"))
    sent = Revision.objects.get()
    assert sent.round_id is None
    words = [wording.text for wording in frozen(sent)]
    assert [text for text in words if text in page(shown)] == words == desk_words(plan) == DESK
