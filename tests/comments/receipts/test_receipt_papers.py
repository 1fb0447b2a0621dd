"""A receipt as a file holds each number, text and time, and is the same byte for byte."""

import subprocess
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from docx import Document

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, Receipt
from comments.receipts.receipt import in_fours, submission_of
from comments.submitting.acts import submit_comments, supersede_comment, withdraw_comment
from consultations.outbox.sending import send_due
from delegations.models import Post
from tests.comments.reading.test_pages import Person
from tests.room import Room, as_content, marker, words

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def receipt(room: Room) -> Receipt:
    """Two inputs of Cabo Verde and one for its group, in one act."""
    group = room.access("CPV contributor").coordinated_seats[0]
    drafts = []
    for number, more in enumerate(({}, {}, {"seat": group})):
        fields = words(f"CPV paper {number}") | more
        drafts.append(
            draft_comment(
                access=room.access("CPV contributor", -3),
                wording=room.wording(room.revision, 4),
                **as_content(fields),
            )
        )
    done = submit_comments(access=room.access("CPV focal_point", -2), comments=drafts)
    key = done[0].receipt_id
    assert key is not None
    return Receipt.objects.get(pk=key)


def paper(room: Room, receipt: Receipt, format_name: str, who: str = "CPV deputy") -> bytes:
    answer = Person(room, who).get("receipt_file", receipt.public_id, format_name)
    assert answer.status_code == 200
    assert f".{format_name}" in answer.headers["Content-Disposition"]
    content: bytes = answer.content
    return content


def text_of_pdf(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "receipt.pdf").write_bytes(content)
    command: list[str | Path] = ["pdftotext", "-raw", tmp_path / "receipt.pdf", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text_of_docx(content: bytes) -> str:
    body = Document(BytesIO(content)).element.body
    named = {f"{{{body.nsmap['w']}}}{name}" for name in ("t", "delText")}
    lines = [
        "".join(run.text or "" for run in line.iter() if run.tag in named)
        for line in body.iter(f"{{{body.nsmap['w']}}}p")
    ]
    return "\n".join(lines)


def squeezed(text: str) -> str:
    """Without any space: a paper breaks its lines where it likes."""
    return "".join(text.split())


@pytest.mark.parametrize("format_name", ["pdf", "docx"])
def test_the_paper_holds_each_number_word_time_and_the_checksum(
    room: Room, receipt: Receipt, format_name: str, tmp_path: Path
) -> None:
    content = paper(room, receipt, format_name)
    text = text_of_docx(content) if format_name == "docx" else text_of_pdf(content, tmp_path)
    found = submission_of(room.access("CPV focal_point"), receipt.public_id)
    there = receipt.submitted_at.astimezone(NEW_YORK)
    text_without_spaces = squeezed(text)
    for what in (
        *(row.reference for row in found.inputs),
        *(f"Because {marker(f'CPV paper {number}')}." for number in range(3)),
        *(marker(f"CPV paper {number}") + " everywhere." for number in range(3)),
        str(receipt.public_id),
        in_fours(found.checksum),
        in_fours(room.revision.checksum),
        f"{there:%H:%M:%S} New York",
        f"{receipt.submitted_at:%H:%M:%S} UTC",
        "focal point, Cabo Verde",
        "African Group",
        "filed by Cabo Verde",
        "On behalf of: African Group",
        "Côte d’Ivoire",
        reverse("verify_receipt"),
    ):
        assert squeezed(what) in text_without_spaces, what
    assert len(found.inputs) == 3


@pytest.mark.parametrize("format_name", ["pdf", "docx"])
def test_the_same_receipt_gives_the_same_bytes_whatever_came_since(
    room: Room, receipt: Receipt, format_name: str
) -> None:
    before = paper(room, receipt, format_name)
    first = receipt.comments.order_by("pk")[0]
    withdraw_comment(
        access=room.access("CPV focal_point"), comment=room_comment(first.pk), reason="Met"
    )
    second = receipt.comments.order_by("pk")[1]
    supersede_comment(
        access=room.access("CPV focal_point"),
        comment=room_comment(second.pk),
        content=CommentContent(**words("CPV paper anew")),
    )
    assert paper(room, receipt, format_name, "CPV contributor") == before


def room_comment(pk: int) -> Comment:
    rows = Comment.objects.select_related("round", "seat", "filed_by", "wording__revision")
    return rows.get(pk=pk)


def test_a_receipt_is_made_in_no_other_format(room: Room, receipt: Receipt) -> None:
    answer = Person(room, "CPV deputy").get("receipt_file", receipt.public_id, "xlsx")
    assert answer.status_code == 404


# --- The slip that goes with the mail -------------------------------------------------------------


def slips(room: Room, who: str) -> list[bytes]:
    """The PDFs that came with the mails of this person."""
    email = room.users[who].email
    return [
        file.content
        for message in mail.outbox
        if message.to == [email]
        for file in message.attachments
        if file.mimetype == "application/pdf"
    ]


def test_the_mail_brings_numbers_times_and_checksum_as_pdf_and_no_word(
    room: Room, receipt: Receipt, tmp_path: Path
) -> None:
    send_due()
    [slip] = slips(room, "CPV focal_point")
    text_without_spaces = squeezed(text_of_pdf(slip, tmp_path))
    found = submission_of(room.access("CPV focal_point"), receipt.public_id)
    for row in found.inputs:
        assert row.reference in text_without_spaces
        for words_of_input in (row.proposed, row.rationale, row.wording.text):
            assert squeezed(words_of_input) not in text_without_spaces
    for known in (in_fours(found.checksum), str(receipt.public_id), "Thispapercontainsnowording"):
        assert squeezed(known) in text_without_spaces
    [message] = [sent for sent in mail.outbox if sent.subject.startswith("Receipt: ")]
    assert in_fours(found.checksum) in message.body
    assert marker("CPV paper 0") not in message.body


def test_a_worker_killed_while_it_sends_leaves_the_mail_to_the_next_one(
    room: Room, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object, **_options: object) -> int:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMultiAlternatives, "send", killed)
        with pytest.raises(SystemExit):
            send_due()
    assert slips(room, "CPV focal_point") == []
    send_due()
    assert len(slips(room, "CPV focal_point")) == 1
    send_due()
    assert len(slips(room, "CPV focal_point")) == 1


def test_who_left_the_delegation_since_gets_no_slip(room: Room, receipt: Receipt) -> None:
    Post.objects.filter(user=room.users["CPV focal_point"]).update(ended_at=room.at(-1))
    send_due()
    assert slips(room, "CPV focal_point") == []
