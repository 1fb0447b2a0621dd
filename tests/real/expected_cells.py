"""What each cell of the facilitators' copy must say, taken from the record and from nothing else.

Nothing here calls the code that compiles or writes the table: the rows of comments, members,
alignments, replies, reviews and wordings are read one by one, and their words put together as
section 4 of the field's description says. A cell is a list of lines, a line a list of pieces:
"=" kept words, "+" words inserted, "-" words deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.text import capfirst

from comments.models import Comment, Review
from drafts.models import Descent, Paragraph, Revision, Wording

Piece = tuple[str, str]
Cell = list[list[Piece]]

COLUMNS = [
    "No.",
    "Paragraph",
    "Text of the draft",
    "Delegation",
    "Type",
    "Proposed wording",
    "Rationale",
    "Facilitators’ observation",
    "Disposition",
]
# The words of the record, and those of the ISO comment form where they differ.
DISPOSITIONS = {
    "reflected": "Reflected (accepted)",
    "partly": "Partly reflected (accepted with modification)",
    "noted": "Noted",
    "discussion": "For discussion",
    "not_reflected": "Not reflected (not accepted)",
}


@dataclass(frozen=True)
class Expected:
    """One row: its cells as printed, its fields as JSON."""

    cells: list[Cell]
    fields: dict[str, Any]

    @property
    def on_paper(self) -> list[Cell]:
        """The cells where a large group is counted, and listed once in the annex."""
        members = self.fields["members"]
        if len(members) <= 5:
            return self.cells
        counted = f"{len(members)} members, see annex"
        whole = [("=", _named(members))]
        short = [[("=", counted)] if line == whole else line for line in self.cells[3]]
        return [*self.cells[:3], short, *self.cells[4:]]

    @property
    def circulated(self) -> list[Cell]:
        """The cells of the circulation copy: no replies, no observation, no disposition."""
        return [*self.cells[:6], _plain(self.fields["rationale"])]


def expected_rows() -> dict[str, Expected]:
    """Every standing input under its number. Made for a table of one text without its past."""
    assert not Descent.objects.exists(), "A split or merged paragraph has more than one label now."
    inputs = Comment.objects.in_force().select_related(
        "seat", "filed_by", "wording__revision__draft", "move_after"
    )
    return {comment.reference: _expected(comment) for comment in inputs}


def text_of(cell: Cell, added: str = "%s", gone: str = "%s") -> str:
    """A cell as plain text, words inserted and deleted between these signs."""
    signs = {"=": "%s", "+": added, "-": gone}
    return "\n".join("".join(signs[mark] % words for mark, words in line) for line in cell)


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one mark as one piece: how a paper cuts its runs is its own affair."""
    full = (piece for piece in pieces if piece[1])
    return [
        (mark, "".join(words for _mark, words in same))
        for mark, same in groupby(full, key=lambda piece: piece[0])
    ]


def _expected(comment: Comment) -> Expected:
    fields = _fields(comment)
    several = Revision.objects.filter(round__isnull=False).count() > 1
    then, now = fields["label_then"], fields["label_now"]
    label = f"{then} (deleted)" if now is None else then if now == then else f"{then} → {now}"
    language = comment.get_language_display() if comment.language != "en" else ""
    aligned = ", ".join(fields["aligned"])
    replies = [f"Reply: {reply}" for reply in fields["replies"]]
    cells = [
        _plain(comment.reference),
        _plain(label, fields["revision"] if several else ""),
        _plain(comment.wording.text),
        _plain(
            fields["delegation"],
            fields["on_behalf_of"],
            _named(fields["members"]),
            aligned and f"Aligned: {aligned}",
        ),
        _plain(fields["kind"], fields["type"], fields["status"], language),
        [joined((mark, words) for mark, words in comment.redline)]
        if comment.redline
        else _plain(comment.proposed),
        _plain(comment.rationale, *replies),
        _plain(fields["observation"]),
        _plain(fields["disposition"]),
    ]
    return Expected(cells, fields)


def _named(members: Sequence[str]) -> str:
    return f"Members: {', '.join(members)}" if members else ""


def _fields(comment: Comment) -> dict[str, Any]:
    wording, seat = comment.wording, comment.seat
    review = comment.reviews.filter(replaced_at=None).order_by("decided_at").last()
    return {
        "number": f"{seat.code}-{comment.number}",
        "draft": wording.revision.draft.title,
        "revision": wording.revision.stage,
        "label_then": _cited(wording.revision, wording.paragraph_id),
        "label_now": _cited(_newest(wording), wording.paragraph_id),
        "opening": wording.opening,
        "text": wording.text,
        "text_language": "en",
        "delegation": seat.name,
        "on_behalf_of": "" if comment.filed_by == seat else f"filed by {comment.filed_by.name}",
        "members": [member.name for member in comment.members.order_by("sort_key")],
        "aligned": _aligned(comment),
        "kind": _kind(comment),
        "type": capfirst(comment.get_type_display()),
        "status": "late" if comment.is_late else "",
        "language": comment.language,
        "proposed": comment.proposed,
        "redline": comment.redline,
        "rationale": comment.rationale,
        "replies": _replies(comment),
        "observation": review.observation if review else "",
        "disposition": _disposition(review),
        "stance": "",
        # No paragraph was agreed or put aside.
        "state": "",
    }


def _plain(*lines: str) -> Cell:
    return [[("=", line)] for line in lines if line]


def _newest(wording: Wording) -> Revision:
    return wording.revision.draft.revisions.latest("number")


def _cited(revision: Revision, paragraph: int) -> str | None:
    """ "3", "3(a)", “Recalling …” (a); None where the revision no longer has it."""
    wording = revision.wordings.filter(paragraph=paragraph).first()
    if wording is None:
        return None
    if not wording.label:
        return _by_its_words(wording)
    if not wording.label.startswith("(") or wording.parent_id is None:
        return wording.label
    above = _cited(revision, wording.parent_id) or ""
    has_gap = above[-1:].isalpha() or above[-1:] == "”"
    return f"{above} {wording.label}" if has_gap else f"{above}{wording.label}"


def _by_its_words(wording: Wording) -> str:
    """At most forty characters of whole words."""
    if wording.kind == "title":
        return "Title"
    if len(wording.text) <= 40:
        return f"“{wording.text}”"
    return f"“{wording.text[:41].rsplit(' ', 1)[0].rstrip(' ,;:')} …”"


def _kind(comment: Comment) -> str:
    kind = capfirst(comment.get_kind_display())
    if not isinstance(comment.move_after, Paragraph):
        return kind
    return f"{kind}, to be placed after {_cited(comment.wording.revision, comment.move_after.pk)}"


def _aligned(comment: Comment) -> list[str]:
    rows = comment.alignments.filter(withdrawn_at=None).select_related("seat")
    return [
        f"{row.seat.name} (with a reservation: {row.reservation})"
        if row.reservation
        else row.seat.name
        for row in rows.order_by("seat__rank", "seat__sort_key")
    ]


def _replies(comment: Comment) -> list[str]:
    rows = comment.replies.filter(withdrawn_at=None).select_related("seat")
    return [
        f"{row.seat.name if row.seat else 'Co-facilitators'}: {row.text}"
        for row in rows.order_by("created_at")
    ]


def _disposition(review: Review | None) -> str:
    return DISPOSITIONS[review.disposition] if review else ""
