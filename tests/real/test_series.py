"""Every series of real drafts as successive revisions: all 500 inputs on the first are kept.

Each version is imported with the proposals that are sure. A paragraph that could not be placed for
sure is new, and one that nothing follows is struck: the hardest case for the inputs on it.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

import pytest

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, CommentKind
from comments.submitting.acts import submit_comments
from comments.table.compiled import TableRow, compile_table
from comments.threads.queries import shown_text_of, thread_of
from consultations.models import Visibility
from consultations.rules.access import Access
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import start_draft
from drafts.importing.acts import import_first, import_next
from drafts.importing.preview import paragraphs_in_force, propose_import
from drafts.models import Draft, Numbering, Revision, Wording
from drafts.parsing.reading import read_text as read_draft
from tests.drafts.text.plain_names import plain_name
from tests.nights import others_at_night
from tests.room import Room

pytestmark = [pytest.mark.real, pytest.mark.django_db]

SERIES = (
    "agriculture-food-security",
    "disaster-risk-reduction",
    "gpa-political-declaration",
    "ncd-political-declaration",
    "organ-trafficking",
    "pact-for-the-future",
    "peacebuilding-review",
    "protection-of-migrants",
    "rights-of-the-child",
    "sustainable-transport-decade",
    "trafficking-coordination",
    "trafficking-women-girls",
    "youth-policies",
)
SPEAKERS = ("FRA", "CPV", "CIV", "PRT", "IOM")
INPUTS = 500


def at(room: Room, who: str, minutes: int) -> Access:
    return replace(room.access(who), moment=room.now + timedelta(minutes=minutes))


def circulate(room: Room, draft: Draft, minutes: int) -> Revision:
    """A revision, and a round that opens a minute after it."""
    access = at(room, "co_facilitator", minutes)
    asked = create_round(
        access=access,
        name=f"Round {minutes}",
        opens_at=access.moment + timedelta(minutes=1),
        deadline=access.moment + timedelta(days=9),
        visibility=Visibility.AT_ONCE,
    )
    return circulate_revision(access=access, draft=draft, stage=f"Draft {minutes}", round=asked)


def submit_inputs(room: Room, revision: Revision, minutes: int) -> None:
    """500 inputs on all paragraphs in turn, from five delegations, each submitting once."""
    rows = Wording.objects.filter(revision=revision).select_related(
        "revision__draft__consultation", "paragraph"
    )
    wordings = cycle(rows.order_by("place"))
    for who in SPEAKERS:
        access = at(room, f"{who} focal_point", minutes)
        drafts = [
            draft_comment(
                access=access,
                wording=next(wordings),
                content=CommentContent(
                    kind=CommentKind.COMMENT, rationale="We should like to come back to this."
                ),
            )
            for _turn in range(INPUTS // len(SPEAKERS))
        ]
        submit_comments(access=access, comments=drafts)


def name_without_number(row: dict[str, str]) -> str:
    """How a row without a number is cited: its opening words, at most forty characters."""
    words = row["text"]
    if row["kind"] == "title":
        return "Title"
    if len(words) > 40:
        words = words[:41].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
    return f"“{words}”"


def cited_in(file: Path) -> list[str]:
    """How each row of a file is cited, in its order, worked out from the file itself."""
    cited: dict[str, str] = {}
    for row in json.loads(file.read_bytes()):
        own = (row["number"] or name_without_number(row)).removesuffix(".")
        above = cited.get(row["parent"], "") if own.startswith("(") else ""
        gap = " " if above and (above[-1].isalpha() or above[-1] == "”") else ""
        cited[row["id"]] = above + gap + own
    return list(cited.values())


def cites(name: str, cited: str) -> bool:
    """Whether a name is this citation, or says more because another paragraph has it too."""
    return plain_name(name) == cited or name.startswith(cited.removesuffix(" …”") or name)


def circulate_series(room: Room, name: str, files: Sequence[Path]) -> Draft:
    """Import each version and circulate it, ten minutes apart; the inputs are on the first."""
    leader = at(room, "co_facilitator", 1)
    draft = start_draft(access=leader, slug=name, title=name, numbering=Numbering.AS_GIVEN, place=9)
    for minutes, file in zip(count(10, 10), files, strict=False):
        read = read_draft(file.name, file.read_bytes())
        access = at(room, "co_facilitator", minutes)
        if minutes == 10:
            import_first(access=access, draft=draft, read_text=read)
            submit_inputs(room, circulate(room, draft, minutes), 12)
        else:
            proposal = propose_import(paragraphs_in_force(draft), read)
            import_next(
                access=access,
                draft=draft,
                read_text=read,
                followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id,
            )
            circulate(room, draft, minutes)
    return draft


def rows_by_reference(reader: Access, draft: Draft, revision_count: int) -> dict[str, TableRow]:
    """The rows of the table on all revisions, by the reference of their input."""
    revisions = list(draft.revisions.select_related("draft__consultation", "round"))
    assert len(revisions) == revision_count
    table = compile_table(access=reader, revisions=revisions, cut_off=reader.moment)
    return {row.number: row for row in table.rows}


@pytest.mark.parametrize("name", others_at_night(SERIES))
def test_after_the_last_version_every_input_is_in_the_table_and_in_one_thread(
    name: str, real_data: Path, room: Room
) -> None:
    files = sorted((real_data / "drafts" / name).glob("v*.json"))
    draft = circulate_series(room, name, files)
    reader = at(room, "PRT deputy", 10 * len(files) + 5)

    inputs = Comment.objects.filter(paragraph__draft=draft).select_related("wording", "seat")
    comments = {comment.reference: comment for comment in inputs}
    assert len(comments) == INPUTS
    rows = rows_by_reference(reader, draft, len(files))
    assert rows.keys() == comments.keys()

    text = shown_text_of(reader, last_of(draft))
    first, last_labels = cited_in(files[0]), cited_in(files[-1])
    now = dict(zip((one.pk for one in text.paragraphs), last_labels, strict=True))
    assert all([*first, *last_labels])
    threads: Counter[str] = Counter()
    for paragraph in (*text.paragraphs, *text.struck_paragraphs):
        page, has_next = 1, True
        while has_next:
            thread = thread_of(reader, text, paragraph, page)
            for shown_input in thread.shown_comments:
                threads[shown_input.reference] += 1
                row, comment = rows[shown_input.reference], comments[shown_input.reference]
                assert cites(row.label_then, first[comment.wording.place - 1])
                assert cites(row.label_now, now.get(paragraph.pk, ""))
            page, has_next = page + 1, thread.has_next
    assert threads == Counter(dict.fromkeys(comments, 1))


def last_of(draft: Draft) -> Revision:
    rows = draft.revisions.select_related("draft__consultation", "round")
    return rows.order_by("-number")[0]
