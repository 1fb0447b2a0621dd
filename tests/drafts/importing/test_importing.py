"""Rows of a file are placed by their words; doubtful ones are asked about."""

import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from drafts.circulating.acts import circulate_revision
from drafts.comparing.concordance import concordance_lines, concordance_of
from drafts.desk.acts import start_draft, strike_paragraph
from drafts.importing.acts import import_first, import_next
from drafts.importing.labels import fitting_numbering
from drafts.importing.preview import (
    LineageDecisions,
    decisions_in_lineage_file,
    decisions_of_choices,
    paragraphs_in_force,
    propose_import,
    require_complete,
)
from drafts.models import Descent, Draft, Paragraph, Revision, Wording
from drafts.parsing.file_text import Kind, ReadParagraph, ReadText, Unreadable
from drafts.parsing.reading import read_text as read_draft
from tests.drafts.desk.leading import (
    SLUG,
    Leading,
    build_leading,
    desk_words,
    frozen,
    read_of,
    rows_of,
    text_with,
)

pytestmark = pytest.mark.django_db

LINEAGES = Path(__file__).parents[2] / "real"


@pytest.fixture
def leading() -> Leading:
    return build_leading()


def hows(draft: Draft, read: ReadText, decided: LineageDecisions | None = None) -> list[str]:
    return [row.match for row in propose_import(paragraphs_in_force(draft), read, decided).rows]


def test_on_an_empty_desk_every_row_is_new(leading: Leading) -> None:
    draft = start_draft(access=leading.staff, slug="plan", title="The plan")
    assert hows(draft, read_of("one", "two")) == ["new", "new"]


def test_what_is_sure_is_placed_and_the_rest_is_left_open(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two and a half", "three", "four", "five")
    read = read_of("one", "two and a third", "three", "quite another", "unheard of", "five")
    proposal = propose_import(paragraphs_in_force(draft), read)
    assert [row.match for row in proposal.rows] == [
        "kept",
        "reworded",
        "kept",
        "open",
        "open",
        "kept",
    ]
    assert [old.text for old in proposal.unclaimed_paragraphs] == ["four"]


def test_a_row_that_has_only_its_place_in_common_is_never_placed_by_itself(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    row = propose_import(paragraphs_in_force(draft), read_of("one", "quite another", "three")).rows[
        1
    ]
    assert (row.match, row.guessed_match, row.certainty) == ("open", "reworded", "unsure")
    assert [old.text for old in row.suggested_paragraphs] == ["two"]


def test_a_split_and_a_merger_that_are_sure_are_placed_and_a_move_is_told(
    leading: Leading,
) -> None:
    first = "Urges all States to keep their harbours open by day"
    second = "and to report to the Assembly what the harbours cost"
    moved = "Thanks the masters of all harbours for their long patience"
    draft = text_with(leading.staff, "one", f"{first}; {second}", "three", moved, "five")
    read = read_of("one", moved, first, second, "three", "five")
    rows = propose_import(paragraphs_in_force(draft), read).rows
    assert [(row.match, row.is_moved) for row in rows] == [
        ("kept", False),
        ("kept", True),
        ("split", False),
        ("split", False),
        ("kept", False),
        ("kept", False),
    ]
    joined = text_with(leading.staff, "one", first, second, "three", slug="joined")
    rows = propose_import(
        paragraphs_in_force(joined), read_of("one", f"{first}; {second}", "three")
    ).rows
    assert [row.match for row in rows] == ["kept", "merged", "kept"]
    assert [old.text for old in rows[1].followed_paragraphs] == [first, second]


def test_a_row_that_is_as_it_was_is_not_written_and_keeps_its_version(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two and a half", "three")
    before = {row.text: (row.version, row.history.count()) for row in paragraphs_in_force(draft)}
    read = read_of("one", "two and a third", "three")
    follows = propose_import(paragraphs_in_force(draft), read).followed_paragraphs_by_file_id
    rows = import_next(
        access=leading.staff, draft=draft, read_text=read, followed_paragraphs_by_file_id=follows
    )
    more = [
        (row.version - was[0], row.history.count() - was[1])
        for row, was in zip(rows, before.values(), strict=True)
    ]
    assert more == [(0, 0), (1, 1), (0, 0)]


def test_numbers_and_ids_place_nothing(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    moved = read_of("three", "one", "two")
    assert [old.file_id for old in paragraphs_in_force(draft)] == ["n1", "n2", "n3"]
    proposal = propose_import(paragraphs_in_force(draft), moved)
    assert [
        (row.match, [old.text for old in row.followed_paragraphs]) for row in proposal.rows
    ] == [
        ("open", []),
        ("kept", ["one"]),
        ("kept", ["two"]),
    ]


def test_an_open_row_suggests_what_shares_most_of_its_words_and_decides_nothing(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "States should train all their officials", "two")
    read = read_of(
        "one", "States must train many new officials well", "Something new altogether", "two"
    )
    row = propose_import(paragraphs_in_force(draft), read).open_rows[0]
    assert [old.text for old in row.suggested_paragraphs] == [
        "States should train all their officials"
    ]
    assert row.followed_paragraphs == ()


def test_a_choice_on_the_page_places_a_row_or_makes_it_new(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three", "four")
    standing = paragraphs_in_force(draft)
    read = read_of("one", "alpha", "beta", "four")
    chosen = decisions_of_choices(
        {"2": str(standing[2].public_id), "3": "new", "4": "", "9": "nonsense"}, standing, read
    )
    proposal = propose_import(standing, read, chosen)
    assert [row.match for row in proposal.rows] == ["kept", "reworded", "new", "kept"]
    assert [old.text for old in proposal.struck_paragraphs] == ["two"]
    written = import_next(
        access=leading.staff,
        draft=draft,
        read_text=read,
        followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id,
    )
    assert written[1].pk == standing[2].pk
    assert desk_words(draft) == ["one", "alpha", "beta", "four"]


def test_a_lineage_file_names_paragraphs_as_the_last_file_called_them(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three", "four")
    standing = paragraphs_in_force(draft)
    read = read_of("one two", "three a", "three b", "new", ids="m")
    csv = b"old id,new id\nn1,m1\nn2,m1\nn3,m2\nn3,m3\n,m4\nn4,\n"
    decided = decisions_in_lineage_file(csv, standing, read)
    proposal = propose_import(standing, read, decided)
    assert [row.match for row in proposal.rows] == ["merged", "split", "split", "new"]
    require_complete(proposal)
    rows = import_next(
        access=leading.staff,
        draft=draft,
        read_text=read,
        followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id,
    )
    assert [rows[0].pk, rows[1].pk] == [standing[0].pk, standing[2].pk]
    assert set(Descent.objects.values_list("paragraph", "follows", "how")) == {
        (standing[0].pk, standing[1].pk, "merge"),
        (rows[2].pk, standing[2].pk, "split"),
    }
    assert [row.text for row in Paragraph.objects.exclude(struck_at=None)] == ["two", "four"]


def test_words_that_go_to_two_rows_were_split_whichever_row_comes_first(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two")
    standing = paragraphs_in_force(draft)
    read = read_of("one with a part of two", "the rest of two", ids="m")
    decided = decisions_in_lineage_file(b"n1,m1\nn2,m1\nn2,m2\n", standing, read)
    rows = import_next(
        access=leading.staff,
        draft=draft,
        read_text=read,
        followed_paragraphs_by_file_id=propose_import(
            standing, read, decided
        ).followed_paragraphs_by_file_id,
    )
    assert [row.pk for row in rows] == [paragraph.pk for paragraph in standing]
    assert list(Descent.objects.values_list("paragraph", "follows", "how")) == [
        (standing[0].pk, standing[1].pk, "split")
    ]


def test_a_lineage_file_may_speak_of_the_open_rows_alone(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three", "four")
    read = read_of("one", "alpha", "beta", "four", ids="m")
    decided = decisions_in_lineage_file(b"n2,m2\nn3,m3\n", paragraphs_in_force(draft), read)
    assert hows(draft, read, decided) == ["kept", "reworded", "reworded", "kept"]


def test_a_paragraph_written_on_the_desk_goes_by_its_public_id(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    written = rows_of(draft)[1]
    Paragraph.objects.filter(pk=written.pk).update(file_id="")
    read = read_of("deux", "trois", ids="m")
    csv = f"{written.public_id},m1\nn1,\nn3,m2\n".encode()
    proposal = propose_import(
        paragraphs_in_force(draft),
        read,
        decisions_in_lineage_file(csv, paragraphs_in_force(draft), read),
    )
    assert proposal.rows[0].followed_paragraphs == (written,)


def test_what_is_left_is_named_with_its_row_its_id_and_its_first_words(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three", "four")
    proposal = propose_import(
        paragraphs_in_force(draft), read_of("one", "x" * 90, "beta", "four", ids="m")
    )
    with pytest.raises(Unreadable) as refused:
        require_complete(proposal)
    assert [problem.message for problem in refused.value.problems] == [
        f"Row 2, m2: “{'x' * 60}…” — choose what it continues, or that it is new.",
        "Row 3, m3: “beta” — choose what it continues, or that it is new.",
        "The text has n2: “two” — choose what continues it, or that it is deleted.",
        "The text has n3: “three” — choose what continues it, or that it is deleted.",
    ]


def test_the_fingerprint_changes_with_the_choices_and_with_the_text_on_the_desk(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "two", "three", "four")
    read = read_of("one", "alpha", "beta", "four")
    standing = paragraphs_in_force(draft)
    first = propose_import(standing, read).fingerprint
    assert propose_import(paragraphs_in_force(draft), read).fingerprint == first
    chosen = decisions_of_choices({"2": "new"}, standing, read)
    assert propose_import(standing, read, chosen).fingerprint != first
    strike_paragraph(access=leading.staff, paragraph=rows_of(draft)[3])
    assert propose_import(paragraphs_in_force(draft), read).fingerprint != first


def test_a_struck_paragraph_is_not_taken_for_one_that_stands(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    strike_paragraph(access=leading.staff, paragraph=rows_of(draft)[1])
    assert hows(draft, read_of("one", "two", "three")) == ["kept", "open", "kept"]


def test_a_text_is_cited_by_its_own_numbers_where_it_has_any() -> None:
    numbered = read_draft("a.txt", b"Title\n\n1. Decides to act;\n\n2. Decides to report.\n")
    unnumbered = read_draft("a.txt", b"Title\n\nRecalling its resolution,\n\nDecides to act.\n")
    assert fitting_numbering(numbered) == "as_given"
    assert fitting_numbering(unnumbered) == "pp_op"


def row_of(number: int, kind: Kind, label: str, text: str) -> ReadParagraph:
    return ReadParagraph(number, f"r{number}", None, kind, label, 0, text, "", ())


def resolution(*rows: tuple[Kind, str, str]) -> ReadText:
    return ReadText("", tuple(row_of(n, *row) for n, row in enumerate(rows, 1)), ())


FIRST = resolution(
    ("preambular", "", "The General Assembly,"),
    ("preambular", "", "Recalling its resolution on harbours,"),
    ("operative", "1", "Decides to open all harbours by day;"),
    ("operative", "2", "Thanks the masters of ships for their patience;"),
)
SECOND = resolution(
    ("preambular", "", "The General Assembly,"),
    ("preambular", "", "Thanks the masters of ships for their patience;"),
    ("preambular", "", "Recalling its resolution on harbours,"),
    ("operative", "1", "Decides to open all harbours by day;"),
    ("operative", "2 bis", "Asks for a report on what the harbours cost;"),
)


def taken_twice(leading: Leading, numbering: str = "") -> Draft:
    draft = start_draft(access=leading.leader, slug="plan", title="P", numbering="as_given")
    import_first(access=leading.leader, draft=draft, read_text=FIRST, numbering=numbering)
    draft.refresh_from_db()
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    proposal = propose_import(paragraphs_in_force(draft), SECOND)
    import_next(
        access=leading.leader,
        draft=draft,
        read_text=SECOND,
        followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id,
    )
    return draft


def test_a_label_that_the_file_does_not_have_is_no_label(leading: Leading) -> None:
    """The paragraph moved into the preamble went out as a second 2."""
    draft = taken_twice(leading)
    assert [row.label for row in rows_of(draft)] == ["", "", "", "1", "2 bis"]


def test_preamble_and_operative_paragraphs_are_cited_then_and_now(leading: Leading) -> None:
    draft = taken_twice(leading, "pp_op")
    assert draft.numbering == "pp_op"
    later = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    first = Revision.objects.get(draft=draft, number=1)
    assert [row.label for row in frozen(first)] == ["", "PP1", "OP1", "OP2"]
    assert [row.label for row in frozen(later)] == ["", "PP1", "PP2", "OP1", "OP2 bis"]
    cited = {
        (one.earlier_citations[0].name, one.later_citations[0].name)
        for one in concordance_lines(concordance_of(first, later))
        if one.earlier_citations and one.later_citations
    }
    assert ("PP1", "PP2") in cited
    assert ("OP2", "PP1") in cited
    assert ("“The General Assembly,”", "“The General Assembly,”") in cited


# --- The command ---------------------------------------------------------------------------


def run(file: Path, *more: str, who: str = "co_facilitator@example.org") -> str:
    out = StringIO()
    call_command(
        "import_draft",
        str(file),
        "--consultation",
        SLUG,
        "--draft",
        "plan",
        "--stage",
        "First draft",
        "--as",
        who,
        *more,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *texts: str) -> Path:
        rows: list[dict[str, Any]] = [{"id": "t1", "kind": "title", "text": "The plan"}]
        rows += [
            {"id": f"op{n}", "kind": "operative", "number": f"{n}.", "text": text}
            for n, text in enumerate(texts, 1)
        ]
        file = tmp_path / name
        file.write_text(json.dumps(rows))
        return file

    return write


def test_the_command_begins_a_text_and_circulates_it(
    leading: Leading, written: Callable[..., Path]
) -> None:
    output = run(written("v1.json", "one", "two"), "--circulate", "--title", "A plan")
    sent = Revision.objects.select_related("draft").get()
    assert (sent.stage, sent.draft.title) == ("First draft", "A plan")
    assert [(w.label, w.text) for w in frozen(sent)] == [
        ("", "The plan"),
        ("1", "one"),
        ("2", "two"),
    ]
    assert sent.checksum in output


def test_the_command_refuses_what_a_person_must_place_and_writes_nothing(
    leading: Leading, written: Callable[..., Path], tmp_path: Path
) -> None:
    run(written("v1.json", "one", "two", "three"))
    second = written("v2.json", "one", "zwei", "drei und mehr")
    with pytest.raises(CommandError) as refused:
        run(second, "--circulate")
    assert "Row 3, op2: “zwei”" in str(refused.value)
    assert "The text has op3: “three”" in str(refused.value)
    assert str(refused.value).endswith("Nothing was saved.")
    draft = Draft.objects.get()
    assert desk_words(draft) == ["The plan", "one", "two", "three"]
    lineage = tmp_path / "lineage.csv"
    lineage.write_text("old id,new id\nop2,op2\nop3,op3\n")
    run(second, "--circulate", "--lineage", str(lineage))
    assert desk_words(draft) == ["The plan", "one", "zwei", "drei und mehr"]


def test_the_command_lists_every_row_that_is_left_however_many(
    leading: Leading, written: Callable[..., Path]
) -> None:
    run(written("v1.json", *(f"old {n}" for n in range(30))))
    with pytest.raises(CommandError) as refused:
        run(written("v2.json", *(f"quite new {n}" for n in range(30))))
    assert str(refused.value).count("choose what it continues") == 30
    assert str(refused.value).count("choose what continues it") == 30


def test_a_wrong_file_begins_no_text(leading: Leading, tmp_path: Path) -> None:
    file = tmp_path / "v1.json"
    file.write_text('[{"id": "a", "kind": "verse", "text": "x"}]')
    with pytest.raises(CommandError, match="Row 1: “verse” is no kind of paragraph"):
        run(file)
    assert not Draft.objects.exists()


def test_staff_take_a_file_onto_the_desk_but_send_nothing_out(
    leading: Leading, written: Callable[..., Path]
) -> None:
    file = written("v1.json", "one")
    with pytest.raises(CommandError, match="you cannot do this"):
        run(file, "--circulate", who="staff@example.org")
    assert not Draft.objects.exists()
    run(file, who="staff@example.org")
    assert desk_words(Draft.objects.get()) == ["The plan", "one"]


# --- Real texts ----------------------------------------------------------------------------


def real_bytes(real_data: Path, name: str) -> bytes:
    return (real_data / "drafts" / f"{name}.json").read_bytes()


def renamed(content: bytes) -> tuple[bytes, dict[str, str]]:
    """The same text under shuffled ids, and what each id became."""
    rows = json.loads(content)
    ids = [row["id"] for row in rows]
    others = ids[:]
    random.Random(7).shuffle(others)
    became = dict(zip(ids, others, strict=True))
    for row in rows:
        row["id"], row["parent"] = became[row["id"]], became.get(row["parent"])
    return json.dumps(rows).encode(), became


REAL = [
    ("trafficking-coordination", "v3", "v4"),
    ("rights-of-the-child", "v2", "v3"),
]


@pytest.mark.real
@pytest.mark.parametrize(("text", "before", "after"), REAL)
def test_a_real_revision_is_taken_with_its_lineage(
    leading: Leading, real_data: Path, text: str, before: str, after: str
) -> None:
    draft = start_draft(access=leading.leader, slug="plan", title=text, numbering="as_given")
    first = read_draft("a.json", real_bytes(real_data, f"{text}/{before}"))
    import_first(access=leading.leader, draft=draft, read_text=first)
    sent = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    read = read_draft("b.json", real_bytes(real_data, f"{text}/{after}"))
    lineage = (LINEAGES / f"{text}-{before}-{after}.lineage.csv").read_bytes()
    standing = paragraphs_in_force(draft)
    proposal = propose_import(standing, read, decisions_in_lineage_file(lineage, standing, read))
    require_complete(proposal)
    import_next(
        access=leading.leader,
        draft=draft,
        read_text=read,
        followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id,
    )
    later = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    assert [w.text for w in frozen(sent)] == [row.text for row in first.paragraphs]
    assert [w.text for w in frozen(later)] == [row.text for row in read.paragraphs]
    followed = Wording.objects.filter(revision=later, previous__revision=sent).count()
    heads = {olds[0].pk for olds in proposal.followed_paragraphs_by_file_id.values()}
    assert followed == len(heads)
    assert Paragraph.objects.filter(draft=draft).exclude(struck_at=None).count() == len(
        proposal.struck_paragraphs
    )


@pytest.mark.real
@pytest.mark.parametrize(("text", "before", "after"), REAL)
def test_what_is_proposed_for_a_real_text_does_not_hang_on_its_ids(
    leading: Leading, real_data: Path, text: str, before: str, after: str
) -> None:
    draft = start_draft(access=leading.leader, slug="plan", title=text)
    first = read_draft("a.json", real_bytes(real_data, f"{text}/{before}"))
    import_first(access=leading.leader, draft=draft, read_text=first)
    content = real_bytes(real_data, f"{text}/{after}")
    shuffled, _became = renamed(content)
    plain = propose_import(paragraphs_in_force(draft), read_draft("b.json", content))
    hidden = propose_import(paragraphs_in_force(draft), read_draft("b.json", shuffled))
    assert [
        (row.match, row.followed_paragraphs, row.suggested_paragraphs) for row in plain.rows
    ] == [(row.match, row.followed_paragraphs, row.suggested_paragraphs) for row in hidden.rows]


@pytest.mark.real
def test_608_real_rows_are_taken_and_circulated_with_their_nesting(
    leading: Leading, real_data: Path
) -> None:
    draft = start_draft(access=leading.leader, slug="pact", title="Pact", numbering="as_given")
    read = read_draft("pact.json", real_bytes(real_data, "pact-for-the-future/v1"))
    import_first(access=leading.leader, draft=draft, read_text=read)
    sent = circulate_revision(access=leading.leader, draft=draft, stage="Adopted")
    rows = Wording.objects.filter(revision=sent).select_related("parent").order_by("place")
    texts = {row.file_id: row.text for row in read.paragraphs}
    assert [(w.text, w.parent.text if w.parent else None) for w in rows] == [
        (row.text, texts[row.parent_file_id] if row.parent_file_id else None)
        for row in read.paragraphs
    ]
    assert rows.count() == 608
