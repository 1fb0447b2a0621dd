"""The brief as a page and as a PDF of two pages, whose text is read again."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from comments.brief.lines import BriefInputLine, BriefLines, BriefParagraph, BriefPart, brief_lines
from comments.brief.papers import MAX_REDLINE_LENGTH, brief_paper, shorten_redline
from comments.brief.queries import brief_of
from comments.models import Seen
from drafts.circulating.seal import checksum_in_groups
from drafts.models import MAX_PARAGRAPH_LENGTH
from drafts.printing import pdf as printing_pdf
from drafts.words.differences import redline
from tests.comments.digests.digest_mails import html_of, send_all, text_of, to
from tests.room import SLUG, Room, marker

WHO = "CPV contributor"
ARABIC = "تؤكد الدول الأعضاء من جديد التزامها بمنع الاتجار بالأشخاص"
URL = "https://consultations.example/consultations/plan-of-action/brief/"
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed"
)


def client(room: Room, who: str) -> Client:
    found = Client()
    found.force_login(room.users[who])
    session = found.session
    session["capacity"] = room.capacities[who]
    session.save()
    return found


def get(room: Room, who: str = WHO, name: str = "brief", **query: Any) -> Any:
    return client(room, who).get(reverse(name, args=[SLUG]), query)


def pages_of(pdf: bytes, path: Path) -> list[str]:
    """The words of a PDF, a page an item."""
    assert pdf.startswith(b"%PDF-")
    file = path / "brief.pdf"
    file.write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    )
    return found.stdout.split("\f")[:-1]


def sizes_of(path: Path) -> str:
    found = subprocess.run(
        ["pdfinfo", str(path / "brief.pdf")], capture_output=True, check=True, text=True
    )
    return found.stdout


# --- The page -------------------------------------------------------------------------------------


def test_the_page_tells_what_became_of_each_input_and_leads_to_it(room: Room) -> None:
    page = get(room).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Brief for Cabo Verde" in text
    assert "Before: First reading, " in text
    assert "As of " in text
    own = room.comment("CPV submitted")
    assert own.reference in text
    assert reverse("comment", args=[SLUG, own.public_id]) in page
    assert "Facilitators, " in text
    assert marker("FRA submitted") in page
    assert "http://" not in "".join(re.findall(r'href="[^"]+"', page))


def test_looking_at_it_marks_nothing_as_seen(room: Room) -> None:
    before = list(Seen.objects.order_by("pk").values_list("pk", "seen_at"))
    get(room)
    assert list(Seen.objects.order_by("pk").values_list("pk", "seen_at")) == before


@pytest.mark.parametrize("name", ["brief", "brief_file"])
def test_facilitators_are_told_that_theirs_is_the_digest(room: Room, name: str) -> None:
    answer = get(room, "staff", name)
    assert answer.status_code == 403
    assert "Before a meeting you get the digest" in answer.content.decode()


@pytest.mark.parametrize("meeting", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_meeting_that_is_not_there_is_not_found(room: Room, meeting: str) -> None:
    assert get(room, meeting=meeting).status_code == 404
    assert get(room, name="brief_file", meeting=meeting).status_code == 404
    assert get(room, meeting=room.other_meeting.public_id).status_code == 404


def test_the_ways_to_it_stand_on_the_front_page_and_in_the_workspace(room: Room) -> None:
    url = reverse("brief", args=[SLUG])
    for name in ("consultation", "workspace"):
        assert url in get(room, name=name).content.decode()
    assert url not in get(room, "staff", "consultation").content.decode()


def test_the_digest_leads_a_delegate_to_it_and_nobody_else(room: Room) -> None:
    page = f"{reverse('brief', args=[SLUG])}?meeting={room.meeting.public_id}"
    with time_machine.travel(room.at(2), tick=False):
        send_all()
    for who, is_led in ((WHO, True), ("FRA deputy", True), ("staff", False)):
        (message,) = to(room, who)
        assert (page in text_of(message)) == (page in html_of(message)) == is_led, who
    answer = client(room, WHO).get(page)
    assert answer.status_code == 200


def test_the_page_costs_what_the_reading_of_it_costs(room: Room) -> None:
    person = client(room, WHO)
    url = reverse("brief", args=[SLUG])
    person.get(url)
    with CaptureQueriesContext(connection) as queries:
        person.get(url)
    assert len(queries) <= 25


# --- The paper ------------------------------------------------------------------------------------


def lines(room: Room) -> BriefLines:
    access = room.access(WHO)
    return brief_lines(access, brief_of(access))


def long_lines(room: Room, count: int, **more: Any) -> BriefLines:
    """A brief on many paragraphs, each with an input of ours and two of others."""
    found = lines(room)
    block = found.paragraphs[0]
    line = replace(block.inputs[0], **more)
    blocks = tuple(
        replace(
            block,
            label=f"Paragraph {place + 1}",
            inputs=(replace(line, heading=f"CPV-{place + 1} · Replace wording"),),
        )
        for place in range(count)
    )
    return replace(
        found, parts=(BriefPart("On the agenda", blocks[:5]), BriefPart("Others", blocks[5:]))
    )


@needs_poppler
def test_the_paper_says_what_the_page_says(room: Room, tmp_path: Path) -> None:
    answer = get(room, name="brief_file")
    assert answer["Content-Type"] == "application/pdf"
    assert re.search(r'filename="brief-cpv-\d{8}-\d{4}\.pdf"', answer["Content-Disposition"])
    (page,) = pages_of(answer.content, tmp_path)
    words = " ".join(page.split())
    assert "Brief for Cabo Verde" in words
    assert "Before: First reading" in words
    assert "As of" in words
    assert "For participants only" in words
    assert "Page 1 of 1" in words
    for name in ("CPV submitted", "CPV successor", "FRA submitted", "CPV group input"):
        assert room.comment(name).reference in words
    for name in ("CPV submitted", "review of CPV submitted", "FRA submitted"):
        assert marker(name) in words.replace("- ", "-")
    assert "[+" not in words
    assert checksum_in_groups(room.revision.checksum) in words
    for name in (
        "FRA draft",
        "FRA cleared",
        "CPV draft",
        "working text",
        "review of CPV successor",
    ):
        assert marker(name) not in words.replace("- ", "-")
    assert "A4" in sizes_of(tmp_path)


@needs_poppler
@pytest.mark.parametrize("count", [40, 100])
def test_it_never_has_more_than_two_pages_and_says_what_is_left(
    room: Room, tmp_path: Path, count: int
) -> None:
    pages = pages_of(brief_paper(room.access(WHO), long_lines(room, count), URL), tmp_path)
    assert len(pages) == 2
    words = " ".join(" ".join(pages).split())
    shown = [int(number) for number in re.findall(r"CPV-(\d+) · Replace", words)]
    assert shown == list(range(1, len(shown) + 1))
    assert 4 < len(shown) < 40
    assert f"And {count - len(shown)} more paragraphs online:" in words
    assert URL in words
    assert "Page 2 of 2" in words


@needs_poppler
def test_one_long_paragraph_with_many_inputs_fits_too(room: Room, tmp_path: Path) -> None:
    found = lines(room)
    block, line = found.paragraphs[0], found.paragraphs[0].inputs[0]
    long = "word " * (MAX_PARAGRAPH_LENGTH // 5)
    pieces = redline(long, f"first {long}")
    every = BriefInputLine(**{name: getattr(line, name) for name in line.__slots__})
    inputs = tuple(
        replace(
            every,
            heading=f"CPV-{n}",
            redline=pieces,
            phrase_outcomes=(("Not in the text", long),),
            observation=long,
        )
        for n in range(40)
    )
    full: BriefParagraph = replace(block, redline=pieces, inputs=inputs, change_sentence="Changed")
    huge = replace(found, parts=(BriefPart("All", (full, full)),))
    pages = pages_of(brief_paper(room.access(WHO), huge, URL), tmp_path)
    assert len(pages) <= 2
    words = " ".join(" ".join(pages).split())
    assert "and 37 more inputs online" in words or "and 36 more inputs online" in words
    assert "CPV-0" in words


@needs_poppler
def test_an_arabic_brief_runs_from_the_right_with_each_letter_once(
    room: Room, tmp_path: Path
) -> None:
    with override("ar"):
        access = room.access(WHO)
        found = brief_lines(access, brief_of(access))
        block = found.paragraphs[0]
        line = replace(
            block.inputs[0],
            redline=(),
            rationale=ARABIC,
            language="ar",
            phrase_outcomes=(),
            observation="",
        )
        one = replace(
            found, lead_sentences=(), parts=(BriefPart(ARABIC, (replace(block, inputs=(line,)),)),)
        )
        pages = pages_of(brief_paper(access, one, URL), tmp_path)
    letters = re.compile("[\u0621-\u064a]")
    wanted = sorted(letters.findall(ARABIC))
    told = letters.findall("".join(pages))
    # Twice: as a heading, and as the reason of an input.
    assert all(told.count(letter) >= 2 * wanted.count(letter) for letter in set(wanted))
    left, right = title_of(tmp_path)
    assert left > 150
    assert right > 595 - 17 / 25.4 * 72 - 2


def title_of(path: Path) -> tuple[float, float]:
    """From where to where the title of the first page runs, in points from the left."""
    found = subprocess.run(
        ["pdftotext", "-bbox", str(path / "brief.pdf"), "-"],
        capture_output=True,
        check=True,
        text=True,
    )
    edges = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"', found.stdout)
    line = [(float(left), float(right)) for left, top, right in edges if 40 < float(top) < 62]
    return min(left for left, _right in line), max(right for _left, right in line)


def test_of_long_words_those_around_a_change_are_printed() -> None:
    before = "kept " * 100 + "old " + "kept " * 100
    pieces = shorten_redline(redline(before, before.replace("old", "new")))
    assert [mark for mark, _words in pieces] == ["=", "-", "+", "="]
    assert pieces[0][1].startswith("… ")
    assert pieces[-1][1].endswith(" …")
    assert sum(len(words) for _mark, words in pieces) < 200
    endless = shorten_redline((("-", "gone " * 1_000), ("+", "come " * 1_000)))
    assert sum(len(words) for _mark, words in endless) <= MAX_REDLINE_LENGTH + 20
    assert endless[-1][1].endswith("[…]")
    assert shorten_redline((("=", "As it stands."),)) == [("=", "As it stands.")]


@pytest.mark.parametrize(("old_count", "new_count"), [(1_000, 1_000), (1_000, 5), (5, 1_000)])
def test_of_a_long_replacement_the_old_and_the_new_words_are_printed(
    old_count: int, new_count: int
) -> None:
    old, new = "gone " * old_count, "come " * new_count
    pieces = shorten_redline((("-", old), ("+", new), ("=", "kept to the end.")))
    (old_mark, short_old), (new_mark, short_new), *others = pieces
    assert (old_mark, new_mark) == ("-", "+")
    for words, short_words in ((old, short_old), (new, short_new)):
        assert short_words == words or len(short_words) >= MAX_REDLINE_LENGTH / 2 - 20
    assert sum(len(words) for _mark, words in pieces) <= MAX_REDLINE_LENGTH + 20
    assert "".join(words for _mark, words in pieces).endswith("[…]")
    # One mark a cut piece, and none twice at the end.
    assert not (short_new.endswith("[…]") and others)


def test_a_paper_that_cannot_be_set_leads_back_to_the_page(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit('no font')")
    monkeypatch.setattr(printing_pdf, "TYPST_CHILD", broken)
    answer = get(room, name="brief_file")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("brief", args=[SLUG]))
    [message] = get_messages(answer.wsgi_request)
    assert "its layout failed. Choose another format or print the page" in str(message)
