"""A whole negotiation on real drafts: circulation, inputs, answers, table, digest.

Everything that people do goes over HTTP, as pages without JavaScript; what comes out is opened
again and held against the database. What goes in comes out, at each step.
"""

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from comments.inputs.queries import unanswered_inputs
from comments.models import Alignment, Comment, Reply
from consultations.founding.acts import create_consultation
from consultations.models import Consultation
from consultations.people.functions import give_function
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting, create_round
from delegations.acts import add_user, give_post, set_mandate
from delegations.models import Delegation, User
from drafts.models import Draft, Paragraph, Wording
from tests.mails import digests
from tests.nights import others_at_night
from tests.smtp import mail_server
from tests.visitor import Visitor

from .expected_cells import COLUMNS, Cell, Expected, expected_rows, text_of
from .opened_papers import rows_of_csv, rows_of_docx, rows_of_pdf, rows_of_xlsx

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

HERE = Path(__file__).parent
PASSWORD = "a long password"
SLUG = "real"
SEATED = ("PRT", "CPV", "EGY", "CHN", "CIV", "CHE", "VAT", "UNODC", "ILO", "IOM", "AG")


@dataclass(frozen=True)
class RevisionPair:
    """Two consecutive states of a real text, and the lineage between them."""

    name: str
    first: str
    second: str

    @property
    def lineage(self) -> Path:
        return HERE / f"{self.name}-{self.first}-{self.second}.lineage.csv"


REVISION_PAIRS = [
    RevisionPair("trafficking-coordination", "v3", "v4"),
    RevisionPair("rights-of-the-child", "v2", "v3"),
]

# Who says what: kind, language, and how the words are made from those of the paragraph.
SPEECHES: dict[str, tuple[str, str, str, str]] = {
    "PRT": ("replace", "en", "{text} and report on it", "To be able to measure."),
    "CPV": ("add_after", "en", "Invites all to do the same;", "=SUM(A1) is no formula here."),
    "EGY": ("replace", "ar", "نص مقترح: {text}", "لأسباب تتعلق بالترجمة (أ)."),
    "CHN": ("replace", "zh", "建议案文:{text}", "理由:与国家法律一致。"),
    "CIV": ("comment", "fr", "", "À discuter, « avec des guillemets » & <signes>."),
    "VAT": ("retain", "en", "", ""),
    "UNODC": ("question", "en", "", "Who reports to whom?"),
    "ILO": ("delete", "en", "", "Is said in paragraph 3 already."),
    "IOM": ("reserve", "en", "", "Pending instructions."),
    "CHE": ("move", "en", "", "Belongs before\nthe rest."),
}


@pytest.mark.parametrize(
    "pair", others_at_night(REVISION_PAIRS, at_change=0), ids=lambda pair: pair.name
)
def test_the_whole_rhythm_runs_on_a_real_draft(
    pair: RevisionPair, real_data: Path, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    found_with_everybody()
    folder = real_data / "drafts" / pair.name
    open_round("First round")
    take("first", folder / f"{pair.first}.json", "First draft", "--round", "First round")
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        spoken = delegations_speak(live_server.url)
        assert Comment.objects.in_force().count() == spoken
        delegations_answer_each_other(live_server.url)
        facilitators_answer(live_server.url)
        the_table_holds_every_input(live_server.url, spoken)
        open_round("Second round")
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        take("next", folder / f"{pair.second}.json", "Rev.1", "--lineage", str(pair.lineage))
        assert Comment.objects.in_force().count() == spoken
        every_thread_is_carried_over(live_server.url, spoken)
        the_table_holds_every_input(live_server.url, spoken)
        each_participant_gets_one_digest(settings)


# --- Before the first word -----------------------------------------------------------------------


def found_with_everybody() -> None:
    call_command("load_delegations", verbosity=0, stdout=io.StringIO())
    clerk = User.objects.create_user("clerk@example.org", PASSWORD, name="Clerk", is_staff=True)
    create_consultation(user=clerk, slug=SLUG, title="A real text")
    access = access_of("clerk@example.org")
    bodies = {body.code: body for body in Delegation.objects.filter(code__in=SEATED)}
    for code in SEATED:
        seat_delegation(access=access, delegation=bodies[code])
    set_mandate(actor=access, group=bodies["AG"], coordinator=bodies["CPV"])
    for code in SPEECHES:
        person = add_user(actor=access, email=address(code), name=code)
        person.set_password(PASSWORD)
        person.save()
        give_post(actor=access, user=person, delegation=bodies[code], role="focal_point")
    leader = add_user(actor=access, email=address("leader"), name="Leader")
    leader.set_password(PASSWORD)
    leader.save()
    give_function(access=access, user=leader, role="co_facilitator", delegation=bodies["PRT"])
    create_meeting(
        access=access, title="First reading", starts_at=timezone.now() + timedelta(hours=25)
    )


def address(who: str) -> str:
    return f"{who.lower()}@example.org"


def access_of(email: str) -> Access:
    user = User.objects.get(email=email)
    return make_access(user, SLUG, capacities_of(user)[0].key)


def open_round(name: str) -> None:
    now = timezone.now()
    create_round(
        access=access_of(address("leader")),
        name=name,
        opens_at=now + timedelta(minutes=30),
        deadline=now + timedelta(days=9),
        visibility="at_once",
    )


def take(step: str, file: Path, stage: str, *more: str) -> None:
    """Import and circulate by the command, as the co-facilitator; every row of the file stands."""
    call_command(
        "import_draft",
        str(file),
        "--consultation",
        SLUG,
        "--draft",
        "text",
        "--stage",
        stage,
        "--circulate",
        "--as",
        address("leader"),
        "--unanswered",
        str(unanswered_inputs(access_of(address("leader"))).count()),
        *more,
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )
    rows = json.loads(file.read_bytes())
    wordings = Wording.objects.filter(revision__stage=stage).order_by("place")
    assert [wording.text for wording in wordings] == [row["text"] for row in rows]
    assert Draft.objects.count() == 1


# --- What people do, over HTTP -------------------------------------------------------------------


def paragraphs_to_speak_on() -> list[Paragraph]:
    """The title, and every sixth paragraph: kept ones, reworded ones, and some that are dropped."""
    rows = list(Paragraph.objects.filter(draft__slug="text").order_by("place"))
    return [rows[0], *rows[3::6]]


def delegations_speak(server: str) -> int:
    """Each delegation drafts on two paragraphs or more, clears, and submits all in one act."""
    paragraphs = paragraphs_to_speak_on()
    spoken = 0
    for turn, (code, speech) in enumerate(SPEECHES.items()):
        visitor = Visitor(server).sign_in(address(code), PASSWORD)
        own = paragraphs[turn % 3 :: 3] if code != "PRT" else paragraphs
        for paragraph in own:
            speak(visitor, paragraph, speech, for_group=code == "CPV" and paragraph == own[0])
            spoken += 1
        page = visitor.get(f"/consultations/{SLUG}/submit/")
        done = visitor.send(page, "/submit/")
        assert done.status == 200, done.text[:1500]
        mine = Comment.objects.submitted().filter(filed_by__code=code)
        assert mine.count() == len(own)
        assert f"{code}-1" in done.text or code == "CPV"
    return spoken


def speak(
    visitor: Visitor, paragraph: Paragraph, speech: tuple[str, str, str, str], *, for_group: bool
) -> None:
    kind, language, proposed, rationale = speech
    if kind in {"add_after", "move"} and paragraph.kind == "title":
        kind, proposed = "comment", ""
    page = visitor.get(f"/consultations/{SLUG}/text/?open={paragraph.public_id}")
    form = page.form("/wordings/")
    values = {
        "kind": kind,
        "language": language,
        "proposed": proposed.format(text=paragraph.text),
        "rationale": rationale or ("For the record." if kind == "comment" else ""),
        "move_after": "1" if kind == "move" else "",
        "then": "clear",
    }
    if for_group:
        options = {
            option.text.strip(): option.get("value")
            for option in form.xpath(".//select[@name='seat']/option")
        }
        values["seat"] = options["African Group"]
    answer = visitor.send(page, "/wordings/", **values)
    assert answer.status == 200, answer.text[:1500]


def delegations_answer_each_other(server: str) -> None:
    """Two align with Portugal's inputs, one of them with a reservation; China's are replied to."""
    for code, reservation in (("CIV", ""), ("CHE", "For now, “ad referendum”.")):
        visitor = Visitor(server).sign_in(address(code), PASSWORD)
        for comment in inputs_of("PRT"):
            answer(visitor, comment, "align", reservation=reservation)
    for who, words in (("EGY", "نؤيد ذلك."), ("leader", "Please see paragraph 3.")):
        visitor = Visitor(server).sign_in(address(who), PASSWORD)
        for comment in inputs_of("CHN"):
            answer(visitor, comment, "reply", text=words, language="ar" if who == "EGY" else "en")
    assert Alignment.objects.count() == 2 * len(inputs_of("PRT"))
    assert Reply.objects.count() == 2 * len(inputs_of("CHN"))


def inputs_of(code: str) -> list[Comment]:
    """The first three of a delegation."""
    return list(Comment.objects.in_force().filter(seat__code=code).order_by("number")[:3])


def answer(visitor: Visitor, comment: Comment, act: str, **words: str) -> None:
    page = visitor.get(f"/consultations/{SLUG}/comments/{comment.public_id}/{act}/")
    done = visitor.send(page, f"/{act}/", **words)
    assert done.status == 200, done.text[:1500]


def facilitators_answer(server: str) -> None:
    """Every second input is answered, and the answers are published in one batch."""
    visitor = Visitor(server).sign_in(address("leader"), PASSWORD)
    dispositions = ("reflected", "partly", "noted", "discussion", "not_reflected")
    answered = list(Comment.objects.in_force().order_by("pk").select_related("paragraph"))[::2]
    for turn, comment in enumerate(answered):
        page = review_page_with(visitor, comment)
        after = visitor.send(
            page,
            f"{comment.public_id}",
            disposition=dispositions[turn % 5],
            observation=f"Observation {turn}, “as said”.",
        )
        assert after.status == 200, after.text[:1500]
    choosing = visitor.get(f"/consultations/{SLUG}/review/publish/")
    preview = visitor.ask(choosing, "/publish/")
    done = visitor.send(preview, "/publish/")
    assert done.status == 200, done.text[:1500]
    published = Comment.objects.filter(reviews__published_at__isnull=False)
    assert published.count() == len(answered)


def review_page_with(visitor: Visitor, comment: Comment) -> Any:
    for number in range(1, 9):
        page = visitor.get(
            f"/consultations/{SLUG}/review/{comment.paragraph.public_id}/?page={number}"
        )
        assert page.status == 200, page.text[:1500]
        if any(str(comment.public_id) in (form.action or "") for form in page.tree.forms):
            return page
    raise AssertionError(f"{comment} is on no page of its paragraph.")


def every_thread_is_carried_over(server: str, spoken: int) -> None:
    """Rev.1 shows each input at the paragraph that follows, or on the struck ones shown apart."""
    visitor = Visitor(server).sign_in(address("leader"), PASSWORD)
    found: set[bytes] = set()
    for paragraph in paragraphs_spoken_on():
        for number in range(1, 9):
            page = visitor.get(
                f"/consultations/{SLUG}/text/?open={paragraph.public_id}&page={number}"
            )
            assert page.status == 200
            before = len(found)
            found |= set(re.findall(rb'id="c-([0-9a-f-]{36})"', page.content))
            if len(found) == before:
                break
    standing = {str(comment.public_id).encode() for comment in Comment.objects.in_force()}
    assert len(standing) == spoken
    assert standing <= found


def paragraphs_spoken_on() -> list[Paragraph]:
    return list(Paragraph.objects.filter(comments__isnull=False).distinct())


# --- Papers and mails ----------------------------------------------------------------------------


def the_table_holds_every_input(server: str, spoken: int) -> None:
    """All five papers of the facilitators' copy: the same rows in the same order, cell by cell."""
    visitor = Visitor(server).sign_in(address("leader"), PASSWORD)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        page = visitor.get(f"/consultations/{SLUG}/table/")
        assert page.status == 200, page.text[:1500]
        files = {
            name: visitor.get(page.links(f"/table/{name}/")[0]).content
            for name in ("csv", "xlsx", "docx", "pdf", "json")
        }
        again = visitor.get(page.links("/table/docx/")[0]).content
        circulated = circulation_copy(server)
    assert again == files["docx"]
    expected = expected_rows()
    assert len(expected) == spoken
    numbers = in_json(files["json"], expected)
    rows = [expected[number] for number in numbers]
    in_csv(files["csv"], rows)
    in_xlsx(files["xlsx"], rows)
    in_docx(files["docx"], rows)
    in_pdf(files["pdf"], rows)
    in_csv(circulated, rows, columns=COLUMNS[:-2], cells=lambda one: one.circulated)


def circulation_copy(server: str) -> bytes:
    """The table as a delegation takes it: without what the facilitators answered."""
    visitor = Visitor(server).sign_in(address("EGY"), PASSWORD)
    page = visitor.get(f"/consultations/{SLUG}/table/")
    return visitor.get(page.links("/table/csv/")[0]).content


def in_json(content: bytes, expected: dict[str, Expected]) -> list[str]:
    """Every field of every row; the numbers in the order in which they come."""
    document = json.loads(content)
    numbers = [row["number"] for row in document["rows"]]
    assert document["count"] == len(numbers)
    assert sorted(numbers) == sorted(expected)
    for row in document["rows"]:
        assert row == expected[row["number"]].fields
    return numbers


def in_csv(
    content: bytes,
    expected: list[Expected],
    columns: list[str] = COLUMNS,
    cells: Callable[[Expected], list[Cell]] = lambda one: one.cells,
) -> None:
    head, *rows = rows_of_csv(content)
    assert head == columns
    assert rows == [
        [defused(text_of(cell, "[+%s+]", "[-%s-]")) for cell in cells(one)] for one in expected
    ]


def defused(words: str) -> str:
    """An apostrophe before a formula's first sign, wherever some spreadsheet begins a cell."""
    begins = re.sub(r"(^|[;\t\r\n])( *[=+\-@])", r"\1'\2", words)
    return f"'{begins}" if words.startswith("\t") else begins


def in_xlsx(content: bytes, expected: list[Expected]) -> None:
    head, *rows = rows_of_xlsx(content)
    assert head == COLUMNS
    assert rows == [
        [text_of(cell, "[+%s+]", "[-%s-]") for cell in one.on_paper] for one in expected
    ]


def in_docx(content: bytes, expected: list[Expected]) -> None:
    head, *rows = rows_of_docx(content)
    assert [text_of(cell) for cell in head] == COLUMNS
    assert rows == [one.on_paper for one in expected]


def in_pdf(content: bytes, expected: list[Expected]) -> None:
    """Each cell as it is drawn, less the spaces, at which lines may break.

    Words that run from right to left are read in the order in which they are seen, and their
    letters in the order in which they are drawn: in a cell that holds any, each character is
    counted and its place is not compared.
    """
    assert content.startswith(b"%PDF-")
    if shutil.which("pdftotext") is None and not os.environ.get("CI"):
        return
    _head, *rows = rows_of_pdf(content)
    assert len(rows) == len(expected)
    for row, one in zip(rows, expected, strict=True):
        for column, printed, cell in zip(COLUMNS, row, one.on_paper, strict=True):
            stored = "".join(text_of(cell).split())
            if runs_right_to_left(stored):
                assert sorted(printed) == sorted(stored), (one.fields["number"], column)
            else:
                assert printed == stored, (one.fields["number"], column)


def runs_right_to_left(words: str) -> bool:
    return any(bidirectional(character) in {"R", "AL"} for character in words)


def each_participant_gets_one_digest(settings: Any) -> None:
    """The mails as they arrive: one each, to one address, with labels and links and no words."""
    meeting = Consultation.objects.get(slug=SLUG).meetings.get()
    with mail_server(settings) as server:
        for _again in range(2):
            moment = (meeting.starts_at - timedelta(hours=23)).isoformat()
            call_command("send_due_digests", now=moment, stdout=io.StringIO())
    recipients = [to for to, _mail in server.mails]
    assert all(len(to) == 1 for to in recipients)
    sent = sorted(to[0] for to in recipients)
    assert sent == sorted({address(who) for who in (*SPEECHES, "leader")} | {"clerk@example.org"})
    assert digests().filter(sent_at__isnull=False).count() == len(sent)
    for to, mail in server.mails:
        body = "".join(part.get_content() for part in readable(mail))
        assert "First reading" in body, to
        assert "/consultations/real/" in body
        for words in (
            "Pending instructions",
            "نص مقترح",
            "建议案文",
            "Observation",
            "and report on it",
            "ad referendum",
            "Please see paragraph 3",
        ):
            assert words not in body


def readable(mail: Any) -> Iterator[Any]:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            yield part
