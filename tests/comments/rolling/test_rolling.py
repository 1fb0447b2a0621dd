"""The rolling text: every visible proposal at its place, on the page and as a file."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from docx.oxml.ns import qn

from comments.incorporating.acts import ChosenProposal, incorporate_words
from comments.models import Comment, Review
from comments.rolling import as_docx, as_pdf, parts as rolling_parts
from comments.rolling.parts import split_text
from comments.rolling.selection import RollingSelection
from comments.rolling.sheet import (
    RollingPrinter,
    RollingSheetParagraph,
    _without_edge_spaces,
    rolling_filename,
)
from comments.rolling.text import (
    BracketedAlternatives,
    RollingText,
    compile_rolling,
    text_with_brackets,
)
from comments.submitting.acts import withdraw_comment
from comments.table.compiled import compile_table
from consultations.models import SELECTABLE_CONSENTS, Consent, Round
from consultations.rules.access import Refused
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    split_paragraph,
    strike_paragraph,
)
from drafts.models import Paragraph, Revision, Wording
from drafts.parsing.pdf_pages import read_pages
from drafts.printing.conventions import INSERTED, KEPT as KEPT_WORDS
from drafts.words.differences import redline
from tests.comments.table.table_room import DAY, HOUR, KEPT, START, TableRoom

WORDS = "States shall strengthen national efforts, protect all victims and report every year."
ARABIC = "تعزز الدول الجهود الوطنية."
THEN = START + DAY
NOW = START + 3 * DAY
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed"
)


@pytest.mark.parametrize(
    ("alternatives", "before", "inside", "after"),
    [
        ([[(KEPT_WORDS, " all ")]], " ", ["all"], " "),
        ([[(KEPT_WORDS, "all "), (INSERTED, "two ")]], "", ["all two"], " "),
        # Other words in its place: the space before the bracket is that of each.
        ([[(KEPT_WORDS, " all ")], [(INSERTED, "some ")]], "", [" all", "some"], " "),
        # Space alone is what is proposed: it stays.
        ([[(KEPT_WORDS, "all"), (INSERTED, " ")]], "", ["all "], ""),
        ([[(INSERTED, " "), (KEPT_WORDS, "all")]], "", [" all"], ""),
        ([[(KEPT_WORDS, "all")]], "", ["all"], ""),
    ],
)
def test_space_at_the_edge_of_a_bracket_stands_outside_it(
    alternatives: Any, before: str, inside: list[str], after: str
) -> None:
    def joined(pieces: Iterable[tuple[str, str]]) -> str:
        return "".join(words for _mark, words in pieces)

    leading, left, trailing = _without_edge_spaces(alternatives)
    assert (joined(leading), list(map(joined, left)), joined(trailing)) == (before, inside, after)


# --- Words in place -------------------------------------------------------------------------------


def redline_with(*pairs: tuple[str, str]) -> Any:
    """A redline of the words with these replaced."""
    proposed = WORDS
    for gone, come in pairs:
        proposed = proposed.replace(gone, come)
    return redline(WORDS, proposed)


def in_place(*proposals: tuple[str, Any]) -> list[Any]:
    """The runs as plain values: words, or the voices of a bracket."""
    return [
        run
        if isinstance(run, str)
        else [(alternative.names, alternative.pieces) for alternative in run.alternatives]
        for run in text_with_brackets(WORDS, proposals)
    ]


def test_a_change_stands_in_brackets_with_the_name_of_who_wants_it() -> None:
    assert in_place(("Portugal", redline_with(("shall", "should")))) == [
        "States ",
        [(("Portugal",), (("-", "shall "), ("+", "should ")))],
        WORDS.removeprefix("States shall "),
    ]


def test_who_wants_the_same_is_named_together_in_table_order_and_once() -> None:
    same = redline_with(("shall", "should"))
    [_before, bracket, _after] = in_place(("EU", same), ("Norway", same), ("EU", same))

    assert bracket == [(("EU", "Norway"), (("-", "shall "), ("+", "should ")))]


def test_changes_that_do_not_meet_stand_in_brackets_of_their_own() -> None:
    found = in_place(
        ("Norway", redline_with(("every year", "yearly"))),
        ("Portugal", redline_with(("shall", "should"))),
    )

    assert [run[0][0] for run in found if not isinstance(run, str)] == [("Portugal",), ("Norway",)]


def test_changes_that_meet_stand_side_by_side_over_the_same_words() -> None:
    found = in_place(
        ("EU", redline_with(("all victims", "every victim"))),
        ("Norway", redline_with(("protect all victims and", "assist victims, and"))),
        ("Portugal", redline_with(("all victims and report", "all victims, report"))),
    )
    [bracket] = [run for run in found if not isinstance(run, str)]

    spans = {"".join(words for mark, words in pieces if mark != "+") for _names, pieces in bracket}
    assert [names for names, _pieces in bracket] == [("EU",), ("Norway",), ("Portugal",)]
    assert len(spans) == 1


def test_two_insertions_at_one_place_are_alternatives() -> None:
    found = in_place(
        ("EU", redline_with(("States", "States Parties"))),
        ("Norway", redline_with(("States", "States all"))),
    )
    [bracket] = [run for run in found if not isinstance(run, str)]

    assert [pieces for _names, pieces in bracket] == [(("+", "Parties "),), (("+", "all "),)]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_proposed_the_first_voices_hold_the_text_to_the_character(seed: int) -> None:
    random = Random(seed)
    words = WORDS.split(" ")
    proposals = []
    for name in "ABCDE"[: random.randint(1, 5)]:
        own = list(words)
        for _change in range(random.randint(1, 4)):
            at = random.randrange(len(own))
            own[at : at + random.randint(0, 3)] = random.choice([[], ["new"], ["other", "words"]])
        proposals.append((name, redline(WORDS, " ".join(own))))
    runs = list(text_with_brackets(WORDS, proposals))

    kept = "".join(
        run
        if isinstance(run, str)
        else "".join(words for mark, words in run.alternatives[0].pieces if mark != "+")
        for run in runs
    )
    assert kept == WORDS
    for run in runs:
        if isinstance(run, BracketedAlternatives):
            spans = {"".join(w for m, w in v.pieces if m != "+") for v in run.alternatives}
            assert len(spans) == 1


# --- Out of the table -----------------------------------------------------------------------------


@dataclass
class Talks:
    """A text in its first draft, on which delegations speak."""

    room: TableRoom
    paragraph: Paragraph
    revision: Revision

    def submit(self, code: str, proposed: str = "", kind: str = "replace", **more: Any) -> Comment:
        words = {"kind": kind, "proposed": proposed} | more
        paragraph = more.pop("on", self.paragraph)
        words.pop("on", None)
        return self.room.submit(code, self.revision, paragraph, THEN + HOUR, **words)

    def rolling(self, who: str = "facilitator", **how: Any) -> RollingText:
        return compile_rolling(
            access=self.room.access(who, NOW), revision=self.revision, cut_off=NOW, **how
        )

    def lines(self, who: str = "facilitator", **how: Any) -> list[str]:
        """The printed paragraphs as plain text, with a line for what is told."""
        return [
            "\n".join(
                filter(None, [paragraph.place_note, text_of(paragraph), *paragraph.whole_proposals])
            )
            for paragraph in RollingPrinter(self.rolling(who, **how)).paragraphs()
        ]


def text_of(paragraph: RollingSheetParagraph) -> str:
    signs = {"+": "{+%s+}", "-": "{-%s-}"}
    return "".join(signs.get(piece.mark, "%s") % piece.words for piece in paragraph.pieces)


def begin(visibility: str = "at_once", words: str = WORDS) -> Talks:
    room = KEPT.laid_out()
    paragraph = add_paragraph(
        access=room.access("facilitator", START),
        draft=room.draft,
        kind="operative",
        text=words,
        after=room.paragraphs[-1],
    )
    add_paragraph(
        access=room.access("facilitator", START),
        draft=room.draft,
        kind="operative",
        text="in due time.",
        after=paragraph,
        parent=paragraph,
    )
    return Talks(room, paragraph, room.circulate("First draft", THEN, visibility))


@pytest.fixture
def talks(db: None) -> Talks:
    return begin()


def test_a_paragraph_reads_as_in_the_room(talks: Talks) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("NOR", WORDS.replace("shall", "should"))
    talks.submit("HRV", WORDS.replace(" and report every year", ""))
    talks.submit("CPV", kind="delete")
    talks.submit("CIV", kind="delete")
    talks.submit("HOL", kind="move", move_after=talks.room.paragraphs[2])
    talks.submit("IOM", kind="reserve")
    talks.submit("IOM", kind="question")

    assert talks.lines()[5] == (
        "States [Norway, Portugal: {-shall -}{+should+}]{+ +}strengthen national efforts, protect "
        "all victims{- -}[Croatia: {-and report every year-}].\n"
        "[Cape Verde, Côte d’Ivoire: Delete paragraph]\n"
        "[Holy See: Move, to be placed after OP1]\n"
        "[IOM: Reserve position]"
    )


def test_brackets_of_the_text_are_bold_beside_what_is_proposed(db: None, tmp_path: Path) -> None:
    words = "States [shall] act [in [good] time] and report."
    talks = begin(words=words)
    talks.submit("PRT", words.replace("report", "meet"))
    paragraph = list(RollingPrinter(talks.rolling()).paragraphs())[5]
    assert [
        piece.words
        for piece in paragraph.pieces
        if piece.mark == "*" and not piece.is_further_alternative
    ] == [*("[", "]", "[", "[", "]", "]")]
    package = b"".join(as_docx.stream(talks.rolling()))
    assert f"OP4\t{words}" in paragraphs_of(package, rejected=True)
    [own] = [p for p in Document(io.BytesIO(package)).paragraphs if "good" in p.text]
    signs = {run.bold for run in own.runs if run.text and set(run.text) <= set("[]")}
    assert signs == {True}
    file = tmp_path / "rolling.pdf"
    file.write_bytes(b"".join(as_pdf.stream(talks.rolling())))
    bold = [run.text.strip() for page in read_pages(file.read_bytes()) for run in page.runs]
    assert bold.count("[") >= 2


def test_an_addition_stands_behind_what_hangs_below_its_paragraph(talks: Talks) -> None:
    talks.submit("PRT", "Requests funds;", "add_after")
    talks.submit("NOR", "Requests funds;", "add_after")
    talks.submit("HRV", "Requests nothing;", "add_after")

    assert talks.lines()[5:] == [
        WORDS,
        "in due time.",
        "To add after OP4\n[Croatia: {+Requests nothing;+}]",
        "To add after OP4\n[Norway, Portugal: {+Requests funds;+}]",
    ]


def test_words_in_another_language_stand_whole_below_the_paragraph(talks: Talks) -> None:
    talks.submit("CIV", ARABIC, language="ar")

    assert talks.lines()[5:7] == [
        WORDS,
        f"In place of OP4, in the language of the input: Arabic\n[Côte d’Ivoire: {{+{ARABIC}+}}]",
    ]


def test_names_can_be_hidden_and_are_then_nowhere_in_any_paper(talks: Talks) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should"), rationale="")
    talks.submit("CPV", kind="delete", rationale="Not ours.")
    hidden = talks.rolling(has_names=False)
    printed = "\n".join(talks.lines(has_names=False))
    package = b"".join(as_docx.stream(hidden))
    document = Document(io.BytesIO(package)).element.xml

    assert "States [{-shall -}{+should+}]{+ +}strengthen" in printed
    assert "[Delete paragraph]" in printed
    for name in ("Portugal", "Cape Verde"):
        assert name not in printed
        assert name not in document


@pytest.mark.parametrize("consent", [Consent.FACILITATORS, Consent.UNATTRIBUTED])
def test_what_others_may_not_read_by_name_is_marked_with_its_consent(
    talks: Talks, consent: str
) -> None:
    Round.objects.update(consents=list(SELECTABLE_CONSENTS))
    talks.submit("PRT", WORDS.replace("shall", "should"), consent=consent)
    talks.submit("PRT", kind="delete", consent=consent)
    talks.submit("NOR", WORDS.replace("every year", "yearly"), consent=Consent.PUBLIC)
    label = str(Consent(consent).label)

    own = "\n".join(talks.lines("PRT"))
    assert f"States [Portugal ({label}): {{-shall -}}" in own
    assert f"[Portugal ({label}): Delete paragraph]" in own
    assert "[Norway: " in own
    assert own == "\n".join(talks.lines("facilitator", copy="facilitators"))
    nameless = "\n".join(talks.lines("PRT", has_names=False))
    assert f"States [{label}: {{-shall -}}" in nameless
    assert f"[{label}: Delete paragraph]" in nameless
    assert "[{-every year-}" in nameless
    assert label not in "\n".join(talks.lines("NOR"))


def test_it_holds_what_the_table_holds_and_no_more(talks: Talks) -> None:
    withdrawn = talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("NOR", WORDS.replace("shall", "may"))
    withdraw_comment(
        access=talks.room.access("PRT", THEN + 2 * HOUR), comment=withdrawn, reason="Met."
    )
    assert "Portugal" not in "\n".join(talks.lines())
    earlier = compile_rolling(
        access=talks.room.access("facilitator", NOW),
        revision=talks.revision,
        cut_off=THEN + HOUR + timedelta(minutes=1),
    )
    assert [paragraph.whole_proposals for paragraph in RollingPrinter(earlier).paragraphs()] == [
        ()
    ] * 7
    assert earlier.input_count == 2


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", ["at_once", "at_close", "facilitators"])
@pytest.mark.parametrize("who", ["PRT", "NOR", "facilitator", "secretariat"])
@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_each_reader_finds_in_it_whom_the_table_shows(visibility: str, who: str, copy: Any) -> None:
    talks = begin(visibility)
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("NOR", WORDS.replace("every year", "yearly"))
    access = talks.room.access(who, NOW)
    how = {"access": access, "cut_off": NOW, "copy": copy}
    if copy == "facilitators" and not access.reads_all:
        with pytest.raises(Refused):
            talks.rolling(who, copy=copy)
        return
    table = compile_table(revisions=[talks.revision], **how)
    names = {
        name
        for paragraph in talks.rolling(who, copy=copy).paragraphs
        for run in paragraph.runs
        if isinstance(run, BracketedAlternatives)
        for alternative in run.alternatives
        for name in alternative.names
    }
    assert names == {row.delegation_name for row in table.rows}
    assert talks.rolling(who, copy=copy).table.title == table.title


def test_on_screen_it_is_parted_by_sections_and_the_parts_are_the_whole(
    talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("NOR", "To add a paragraph.", kind="add_after")
    selection = RollingSelection(revision=talks.revision, cut_off=NOW)
    access = talks.room.access("facilitator", NOW)
    whole = selection.part(access, "")
    assert (whole.part_count, whole.rolling.is_part) == (1, False)
    assert whole.rolling.paragraphs == talks.rolling().paragraphs

    monkeypatch.setattr(rolling_parts, "MAX_PART_SIZE", 3)
    first = selection.part(access, "")
    parts = [selection.part(access, str(number + 1)).rolling for number in range(first.part_count)]
    assert len(parts) > 2
    assert all(part.is_part for part in parts)
    assert tuple(chain.from_iterable(part.paragraphs for part in parts)) == (
        whole.rolling.paragraphs
    )
    # Nonsense is the first part, too much the last one.
    assert selection.part(access, "x").number == 1
    assert selection.part(access, "99").number == len(parts)


def test_the_title_is_no_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ("title", "heading", "operative", "heading", "operative")
    wordings = [Wording(kind=kind, level=0, paragraph_id=n) for n, kind in enumerate(kinds)]
    monkeypatch.setattr(rolling_parts, "MAX_PART_SIZE", 4)
    parts = [[one.kind for one in part] for part in split_text(wordings, {})]
    assert parts == [["title", "heading", "operative"], ["heading", "operative"]]


def test_a_part_says_how_many_inputs_it_leaves_to_the_paper(
    talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("PRT", "NOR", "HRV", "CPV", "CIV"):
        talks.submit(code, WORDS.replace("shall", f"must {code}"))
    monkeypatch.setattr(rolling_parts, "MAX_PART_SIZE", 3)
    selection = RollingSelection(revision=talks.revision, cut_off=NOW)
    access = talks.room.access("facilitator", NOW)
    count = selection.part(access, "").part_count
    left = [selection.part(access, str(number + 1)).left_out_count for number in range(count)]
    assert sum(left) == 2


def test_it_costs_the_same_with_5_and_with_500_inputs(talks: Talks) -> None:
    for code in ("PRT", "NOR", "HRV", "CPV", "CIV"):
        talks.submit(code, WORDS.replace("shall", f"must {code}"))
    with CaptureQueriesContext(connection) as few:
        talks.rolling()
    first = Comment.objects.get(seat__code="PRT", number=1)
    fields = {f.attname: getattr(first, f.attname) for f in Comment._meta.concrete_fields}
    own = ("id", "public_id", "form_key", "number")
    Comment.objects.bulk_create(
        Comment(number=number, **{k: v for k, v in fields.items() if k not in own})
        for number in range(2, 497)
    )
    with CaptureQueriesContext(connection) as many:
        found = talks.rolling()

    assert found.input_count == 500
    assert len(many) == len(few)
    assert Review.objects.count() == 0


# --- Out of earlier revisions ---------------------------------------------------------------------


def second(talks: Talks, words: str = "", *, strikes: bool = False) -> Talks:
    """The text a day later: its paragraph reworded, or struck; and another one that is new."""
    access = talks.room.access("facilitator", NOW - HOUR)
    row = Paragraph.objects.select_related("draft", "parent").get(pk=talks.paragraph.pk)
    if strikes:
        strike_paragraph(access=access, paragraph=row)
    elif words:
        fields = {"kind": row.kind, "label": row.label, "text": words}
        edit_paragraph(access=access, paragraph=row, version=row.version, **fields)
    add_paragraph(
        access=access, draft=talks.room.draft, kind="operative", text="Thanks all.", after=row
    )
    revision = talks.room.circulate("Second draft", NOW - HOUR)
    return replace(talks, revision=revision)


def test_what_was_proposed_on_an_earlier_draft_stands_in_the_next(talks: Talks) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("CPV", kind="delete")
    talks.submit("HOL", "Requests funds;", "add_after")
    before = talks.lines()

    assert [line for line in second(talks).lines() if "Thanks" not in line] == before


def test_it_is_brought_into_words_that_changed_elsewhere(talks: Talks) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit("CPV", kind="delete")
    later = second(talks, WORDS.replace("every year", "every second year"))

    assert later.lines()[5] == (
        "States [Portugal: {-shall -}{+should+}]{+ +}strengthen national efforts, protect all "
        "victims and report every second year.\n"
        "[Cape Verde: Delete paragraph (said of OP4, First draft)]"
    )


def test_what_meets_a_change_is_listed_below_the_paragraph_and_the_rest_stands(
    talks: Talks,
) -> None:
    asked = WORDS.replace("shall", "should").replace("every year", "each spring")
    talks.submit("PRT", asked)
    later = second(talks, WORDS.replace("every year", "every second year"))

    assert "States [Portugal: {-shall -}{+should+}]" in later.lines()[5]
    assert later.lines()[6] == (
        "In place of OP4, in conflict with it: made on OP4, First draft, since reworded\n"
        f"[Portugal: {{+{asked}+}}]"
    )
    assert later.rolling().input_count == 1


def test_what_the_text_says_by_now_is_counted_and_not_asked_for_again(talks: Talks) -> None:
    asked = WORDS.replace("shall", "should")
    talks.submit("PRT", asked)
    talks.submit("NOR", asked.replace("all victims", "every victim"))
    talks.submit("HOL", "in due time.", "add_after")
    later = second(talks, asked)

    assert (later.rolling().input_count, later.rolling().reflected_count) == (1, 2)
    assert "Portugal" not in "\n".join(later.lines())
    assert "protect [Norway: {-all victims -}{+every victim+}]{+ +}and" in later.lines()[5]
    printer = RollingPrinter(later.rolling())
    assert ("Already reflected", "2") in printer.head.labelled_values


CHILDREN = WORDS.replace("victims", "victims, above all children,")
NEIGHBOUR = WORDS.replace("victims", "victims, above all children and women,")


def test_what_was_taken_is_no_conflict_because_a_neighbours_words_came_later(talks: Talks) -> None:
    comment = talks.submit("PRT", CHILDREN)
    access = talks.room.access("facilitator", NOW - 2 * HOUR)
    row = Paragraph.objects.select_related("draft", "parent").get(pk=talks.paragraph.pk)
    incorporate_words(
        access=access,
        paragraph=row,
        chosen_proposals=[ChosenProposal(comment)],
        version=row.version,
    )
    later = second(talks, NEIGHBOUR)

    assert (later.rolling().input_count, later.rolling().reflected_count) == (0, 1)
    assert "Portugal" not in "\n".join(later.lines())


def test_what_was_taken_and_taken_out_again_is_told(talks: Talks) -> None:
    comment = talks.submit("PRT", CHILDREN)
    access = talks.room.access("facilitator", NOW - 2 * HOUR)
    row = Paragraph.objects.select_related("draft", "parent").get(pk=talks.paragraph.pk)
    incorporate_words(
        access=access,
        paragraph=row,
        chosen_proposals=[ChosenProposal(comment)],
        version=row.version,
    )
    later = second(talks, WORDS.replace("victims", "victims, of any age,"))

    assert (later.rolling().input_count, later.rolling().reflected_count) == (1, 0)


@pytest.mark.parametrize(("is_published", "count"), [(True, 0), (False, 1)])
def test_what_is_answered_as_reflected_is_no_conflict(
    talks: Talks, is_published: bool, count: int
) -> None:
    comment = talks.submit("PRT", CHILDREN)
    Review.objects.create(
        comment=comment,
        disposition="reflected",
        decided_by=talks.room.access("facilitator", NOW).user,
        capacity="co-facilitator",
        published_at=NOW - 2 * HOUR if is_published else None,
    )
    later = second(talks, WORDS.replace("victims", "victims, their children first,"))

    assert later.rolling().input_count == count


@pytest.mark.parametrize(("hours_before", "count"), [(2, 1), (0, 0)])
def test_of_two_published_answers_the_later_says_whether_it_is_reflected(
    talks: Talks, hours_before: int, count: int
) -> None:
    comment = talks.submit("PRT", CHILDREN)
    answers = ((5, "not_reflected"), (3, "reflected"), (hours_before, "not_reflected"))
    for hours, disposition in answers:
        Review.objects.create(
            comment=comment,
            disposition=disposition,
            decided_by=talks.room.access("facilitator", NOW).user,
            capacity="co-facilitator",
            # The last of them in the second case only after the cut-off.
            published_at=NOW + HOUR if hours == 0 else NOW - hours * HOUR,
        )
    later = second(talks, WORDS.replace("victims", "victims, their children first,"))

    assert later.rolling().input_count == count


def test_after_a_split_a_proposal_stands_in_the_pieces_that_hold_its_words(talks: Talks) -> None:
    talks.submit("PRT", WORDS.replace("shall", "should").replace("every year", "yearly"))
    talks.submit("NOR", WORDS.replace("all victims", "every victim"))
    split_paragraph(
        access=talks.room.access("facilitator", NOW - HOUR),
        paragraph=Paragraph.objects.select_related("draft", "parent").get(pk=talks.paragraph.pk),
        texts=[
            "States shall strengthen national efforts,",
            "protect all victims and report every year.",
        ],
    )
    later = replace(talks, revision=talks.room.circulate("Second draft", NOW - HOUR))
    lines = later.lines()

    assert "States [Portugal: {-shall -}{+should+}]{+ +}strengthen national efforts," in lines
    assert (
        "protect [Norway: {-all victims -}{+every victim+}]{+ +}and report "
        "[Portugal: {-every year-}{+yearly+}]."
    ) in lines
    assert later.rolling().input_count == 2


def test_what_was_asked_of_a_struck_paragraph_stands_at_the_end(talks: Talks) -> None:
    asked = WORDS.replace("shall", "should")
    talks.submit("PRT", asked)
    talks.submit("NOR", kind="reserve")
    talks.submit("CPV", kind="delete")
    later = second(talks, strikes=True)

    assert later.lines()[-2:] == [
        f"In place of OP4, First draft, which is no longer in the text\n[Portugal: {{+{asked}+}}]",
        "On OP4, First draft, which is no longer in the text\n[Norway: Reserve position]",
    ]
    assert later.rolling().reflected_count == 1
    for writer in (as_docx.stream, as_pdf.stream):
        assert b"".join(writer(later.rolling()))


def test_words_stand_where_their_paragraph_went(talks: Talks) -> None:
    """Merged into the one above it: what was asked of it is asked of the whole."""
    talks.submit("PRT", WORDS.replace("shall", "should"))
    access = talks.room.access("facilitator", NOW - HOUR)
    pair = [talks.room.paragraphs[-1].pk, talks.paragraph.pk]
    rows = Paragraph.objects.select_related("draft", "parent").filter(pk__in=pair)
    whole = f"Invites all States to ratify; {WORDS}"
    merge_paragraphs(access=access, paragraphs=list(rows.order_by("place")), text=whole)
    revision = talks.room.circulate("Second draft", NOW - HOUR)
    later = replace(talks, revision=revision)

    assert later.lines()[4] == (
        "Invites all States to ratify; States [Portugal: {-shall -}{+should+}]{+ +}strengthen "
        "national efforts, protect all victims and report every year."
    )


@pytest.mark.django_db
def test_inputs_for_the_facilitators_alone_stay_so_in_the_next_draft() -> None:
    talks = begin("facilitators")
    talks.submit("PRT", WORDS.replace("shall", "should"))
    later = second(talks)

    assert "Portugal" in "\n".join(later.lines("facilitator", copy="facilitators"))
    assert "Portugal" in "\n".join(later.lines("PRT"))
    for who in ("NOR", "facilitator"):
        assert "Portugal" not in "\n".join(later.lines(who))


# --- On paper -------------------------------------------------------------------------------------


def speak(talks: Talks) -> None:
    """Inputs of every kind, some of which meet."""
    talks.submit("PRT", WORDS.replace("shall", "should"))
    talks.submit(
        "NOR", WORDS.replace("shall strengthen", "must enhance").replace("every year", "now")
    )
    talks.submit("HRV", WORDS.replace("all victims", "victims"))
    talks.submit("CPV", kind="delete")
    talks.submit("CIV", ARABIC, language="ar")
    talks.submit("HOL", "Requests <funds> & more;", "add_after")
    talks.submit("IOM", "Invites States & others to ratify;", on=talks.room.paragraphs[4])


def paragraphs_of(package: bytes, *, rejected: bool) -> list[str]:
    """The paragraphs of a Word document: all words, or those left once changes are rejected."""
    found = []
    for paragraph in Document(io.BytesIO(package)).element.body.iter(qn("w:p")):
        words = ""
        for text in paragraph.iter(qn("w:t"), qn("w:delText"), qn("w:tab")):
            is_inserted = any(True for _ in text.iterancestors(qn("w:ins")))
            if not (rejected and is_inserted):
                is_tab = text.tag == qn("w:tab") and text.getparent().tag == qn("w:r")
                words += "\t" if is_tab else text.text or ""
        found.append(words)
    return found


def test_who_rejects_all_changes_in_word_has_the_revision_again(talks: Talks) -> None:
    speak(talks)
    package = b"".join(as_docx.stream(talks.rolling()))
    standing = paragraphs_of(package, rejected=True)

    for label, words in (
        ("OP1", "Decides to strengthen efforts;"),
        ("OP3", "Invites all States to ratify;"),
        ("OP4", WORDS),
        ("(a)", "in due time."),
    ):
        assert f"{label}\t{words}" in standing
    assert not any("Requests <funds>" in words for words in standing)
    assert any(
        "[Holy See: Requests <funds> & more;]" in w for w in paragraphs_of(package, rejected=False)
    )


def test_changes_in_word_bear_the_name_of_who_proposes_them(talks: Talks) -> None:
    speak(talks)
    package = b"".join(as_docx.stream(talks.rolling()))
    body = Document(io.BytesIO(package)).element.body
    deleted, inserted = (
        {change.get(qn("w:author")) for change in body.iter(qn(tag))} for tag in ("w:del", "w:ins")
    )

    # Portugal's words stand beside Norway's, of which the text is the first: they are put in only.
    assert deleted == {"Croatia", "IOM", "Norway"}
    assert {"Norway", "Portugal", "Norway, Portugal", "Holy See"} <= inserted


@needs_poppler
def test_the_pdf_holds_every_paragraph_and_every_name(talks: Talks, tmp_path: Path) -> None:
    speak(talks)
    file = tmp_path / "rolling.pdf"
    file.write_bytes(b"".join(as_pdf.stream(talks.rolling())))
    made = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    text = " ".join(made.stdout.decode().split())

    assert "Rolling text of Plan of Action, First draft" in text
    assert "Facilitators’ copy" not in text
    assert "[Cape Verde: Delete paragraph]" in text
    assert re.search(r"To add after OP4 \[Holy See: Requests <funds> & more;\]", text)
    for name in ("Portugal", "Norway", "Croatia", "Côte d’Ivoire", "Holy See", "IOM"):
        assert name in text


@pytest.mark.parametrize("writer", [as_docx.stream, as_pdf.stream])
def test_the_same_choice_gives_the_same_bytes(talks: Talks, writer: Any) -> None:
    speak(talks)

    assert b"".join(writer(talks.rolling())) == b"".join(writer(talks.rolling()))


def test_a_file_is_named_after_text_revision_copy_and_cut_off(talks: Talks) -> None:
    assert (
        rolling_filename(talks.rolling(), "pdf") == "plan-rolling-1-circulation-20100506-0900.pdf"
    )
    hidden = talks.rolling(has_names=False, copy="facilitators")
    assert (
        rolling_filename(hidden, "docx")
        == "plan-rolling-1-no-names-facilitators-20100506-0900.docx"
    )
