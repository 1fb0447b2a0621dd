"""Importing a Word file: a question on tracked changes, and its comments offered as inputs."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from comments.models import Comment
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import start_draft, strike_paragraph
from drafts.models import Draft, FileOffer, Paragraph
from tests.drafts.desk.leading import (
    SLUG,
    Browser,
    Leading,
    build_leading,
    desk_words,
    page,
    rows_of,
    text_with,
)
from tests.drafts.parsing.word import comment, commented, docx, end, p, put_in, table, taken_out

pytestmark = pytest.mark.django_db

TRACKED = docx(
    p("The plan"),
    p("1. States ", taken_out("may"), put_in("should"), " act."),
    p("2. ", commented(4, "States pay."), mark=end("ins", "Boris")),
    p(put_in("3. States report.", "Boris")),
    comments=comment(4, "Who pays &lt;this&gt;?", "Carla"),
)


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    start_draft(access=leading.leader, slug="talks", title="Talks")
    return Browser(leading.leader)


def word(content: bytes = TRACKED) -> SimpleUploadedFile:
    return SimpleUploadedFile("draft.docx", content)


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page(answer))
    assert found is not None
    return found[1]


def upload_word_file(leader: Browser) -> str:
    """The address of the page that asks how the tracked changes are read."""
    address = leader.send("import_file", "talks", file=word()).url
    answer = leader.get(address)
    assert answer.status_code == 302
    return answer["Location"]


def preview_with(leader: Browser, changes: str) -> Any:
    """The preview, once it was said how tracked changes are read."""
    answer = leader.post(upload_word_file(leader), {"capacity": leader.key, "changes": changes})
    assert answer.status_code == 302
    return leader.get(answer["Location"])


def import_with(leader: Browser, changes: str) -> Draft:
    shown = preview_with(leader, changes)
    fields = {"capacity": leader.key, "seen": seen_in(shown), "confirm": "yes"}
    assert leader.post(shown.request["PATH_INFO"], fields).status_code == 302
    return Draft.objects.select_related("consultation").get(slug="talks")


def test_tracked_changes_are_asked_about_before_any_row_is_shown(leader: Browser) -> None:
    shown = page(leader.get(upload_word_file(leader)))
    assert "The file has tracked changes" in shown
    assert re.search(r"Ana</span>\s*·\s*1 paragraph changed", shown)
    assert re.search(r"Boris</span>\s*·\s*1 paragraph changed", shown)
    assert 'value="propose"' in shown
    assert "checked" not in shown


def test_nothing_is_taken_before_it_is_said_how_changes_are_read(leader: Browser) -> None:
    address = leader.send("import_file", "talks", file=word()).url
    answer = leader.post(address, {"capacity": leader.key, "confirm": "yes", "seen": "x"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/changes/")
    assert not Paragraph.objects.exists()
    refused = leader.post(answer["Location"], {"capacity": leader.key})
    assert refused.status_code == 422
    assert "Choose how the tracked changes are read." in page(refused)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("accept", ["The plan", "States should act.", "States pay.", "States report."]),
        ("refuse", ["The plan", "States may act.", "States pay."]),
        ("propose", ["The plan", "States may act.", "States pay."]),
    ],
)
def test_the_text_is_taken_as_it_was_chosen(
    leader: Browser, changes: str, words: list[str]
) -> None:
    draft = import_with(leader, changes)
    assert desk_words(draft) == words
    kinds = [(offer.author, offer.how) for offer in draft.offers.all()]
    margin = [("Carla", "comment")]
    proposed = [("Ana", "reworded"), ("Boris", "added")]
    assert kinds == ([*proposed, *margin] if changes == "propose" else margin)


def test_proposals_and_margins_stand_under_their_rows_by_author(leader: Browser) -> None:
    shown = page(preview_with(leader, "propose"))
    assert re.search(r"(?s)Ana</span>.*proposes this wording:", shown)
    assert "<del>" in shown and "may" in shown and "should" in shown
    assert re.search(r"(?s)Boris</span>.*proposes to add after it:", shown)
    assert re.search(r"(?s)Carla</span>.*says in the margin:", shown)
    assert "Who pays &lt;this&gt;?" in shown
    assert "Change how tracked changes are read" in shown


def test_read_otherwise_the_rows_are_others(leader: Browser) -> None:
    shown = preview_with(leader, "propose")
    again = leader.post(
        f"{shown.request['PATH_INFO']}changes/", {"capacity": leader.key, "changes": "accept"}
    )
    shown_again = page(leader.get(again["Location"]))
    assert "4 rows were read." in shown_again
    assert "proposes this wording" not in shown_again


ALL_PUT_IN = docx(
    p(put_in("The plan"), mark=end("ins")),
    p(put_in("1. States should act."), mark=end("ins")),
)
# Without the end that was put in, two paragraphs are one.
JOINED = docx(
    p("The plan"),
    p("1. " + "States act. " * 500, mark=end("ins")),
    p("States report. " * 500),
)


@pytest.mark.parametrize("changes", ["propose", "refuse"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(ALL_PUT_IN, "The file has no words"), (JOINED, "at most 10000")],
)
def test_a_file_that_cannot_be_read_as_chosen_says_why_and_is_read_otherwise(
    leader: Browser, content: bytes, sentence: str, changes: str
) -> None:
    preview = leader.send("import_file", "talks", file=word(content)).url
    asked = leader.get(preview)["Location"]
    refused = leader.post(asked, {"capacity": leader.key, "changes": changes})
    assert refused.status_code == 422
    assert sentence in page(refused)
    chosen = leader.post(asked, {"capacity": leader.key, "changes": "accept"})
    assert chosen["Location"] == preview
    assert "rows were read." in page(leader.get(preview))


@pytest.mark.parametrize("pressed", [{"accept": "unsure"}, {"save": "1"}, {"by_rows": "yes"}])
def test_a_lineage_file_that_no_longer_fits_is_told_whatever_is_pressed(
    leading: Leading, pressed: dict[str, str]
) -> None:
    plan = text_with(leading.leader, "States should act.", "States report yearly.")
    leader = Browser(leading.leader)
    content = docx(p("The plan"), table(*[[p("Act"), p("Report")]] * 3))
    lineage = SimpleUploadedFile("lineage.csv", b"n2,p2\n")
    address = leader.send("import_file", "plan", file=word(content), lineage=lineage).url
    assert leader.get(address).status_code == 200
    strike_paragraph(access=leading.staff, paragraph=rows_of(plan)[1])
    answer = leader.post(address, {"capacity": leader.key, **pressed})
    assert answer.status_code == 422
    assert "The file was not imported: 1 thing to correct." in page(answer)
    assert "n2" in page(answer)


def test_a_file_without_tracked_changes_asks_nothing(leader: Browser) -> None:
    address = leader.send("import_file", "talks", file=word(docx(p("Plan"), p("1. Act.")))).url
    assert "2 rows were read." in page(leader.get(address))


def test_what_the_file_offers_is_entered_for_a_delegation_once_the_text_is_out(
    leading: Leading, leader: Browser
) -> None:
    draft = import_with(leader, "propose")
    clerk = Browser(leading.clerk)
    before = page(clerk.open("offered", "talks"))
    assert "Boris" in before
    assert "Enter it for a delegation" not in before
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    address = reverse("offered", args=[SLUG, "talks"])
    assert address in page(clerk.open("desk", "talks"))
    links = re.findall(r'href="([^"]+offered=[^"]+)"', page(clerk.open("offered", "talks")))
    assert len(links) == 3
    first = page(clerk.get(links[0].replace("&amp;", "&")))
    assert "States should act." in first
    assert re.search(r'value="replace"[^>]*checked', first)
    last = page(clerk.get(links[-1].replace("&amp;", "&")))
    assert "Who pays &lt;this&gt;?" in last
    assert not Comment.objects.exists()


def test_what_is_dismissed_goes_and_the_rest_waits(leading: Leading, leader: Browser) -> None:
    draft = import_with(leader, "propose")
    gone, *left = draft.offers.all()
    answer = leader.send("offered", "talks", offer=str(gone.public_id))
    assert "1 item is dismissed." in page(leader.get(answer.url))
    assert list(draft.offers.all()) == left
    nothing = leader.send("offered", "talks", offer="nonsense")
    assert "Nothing was selected" in page(leader.get(nothing.url))
    shown = page(Browser(leading.clerk).open("offered", "talks"))
    assert "Carla" in shown and 'name="offer"' not in shown
    assert page(leader.open("offered", "talks")).count('name="offer"') == len(left)


def test_the_margin_of_the_next_file_stands_beside_what_waits_and_nothing_twice(
    leader: Browser,
) -> None:
    draft = import_with(leader, "refuse")
    import_with(leader, "refuse")
    assert [offer.words for offer in draft.offers.all()] == ["Who pays <this>?"]
    more = docx(
        p("The plan"),
        p("1. States may act."),
        p("2. ", commented(5, "States pay.")),
        comments=comment(5, "Each of them?", "Dora"),
    )
    address = leader.send("import_file", "talks", file=word(more)).url
    fields = {"capacity": leader.key, "seen": seen_in(leader.get(address)), "confirm": "yes"}
    assert leader.post(address, fields).status_code == 302
    assert [offer.author for offer in draft.offers.all()] == ["Carla", "Dora"]


def test_facilitators_see_what_is_offered_and_cannot_enter_it(
    leading: Leading, leader: Browser
) -> None:
    circulate_revision(
        access=leading.leader, draft=import_with(leader, "propose"), stage="First draft"
    )
    shown = page(leader.open("offered", "talks"))
    assert "Carla" in shown
    assert "Enter it for a delegation" not in shown


def test_a_text_taken_from_elsewhere_offers_nothing(leader: Browser) -> None:
    assert "Nothing here" in page(leader.open("offered", "talks"))


def test_the_command_takes_word_and_asks_what_becomes_of_changes(
    leading: Leading, tmp_path: Path
) -> None:
    file = tmp_path / "draft.docx"
    file.write_bytes(TRACKED)
    given: dict[str, Any] = {
        "consultation": SLUG,
        "draft": "talks",
        "stage": "First draft",
        "email": leading.leader.user.email,
        "capacity": leading.leader.capacity.key,
        "stdout": StringIO(),
        "stderr": StringIO(),
    }
    with pytest.raises(CommandError, match="--changes accept, or --changes refuse"):
        call_command("import_draft", str(file), **given)
    assert not Draft.objects.filter(slug="talks").exists()
    call_command("import_draft", str(file), changes="accept", **given)
    assert "States should act." in desk_words(Draft.objects.get(slug="talks"))
    assert [offer.author for offer in FileOffer.objects.all()] == ["Carla"]
