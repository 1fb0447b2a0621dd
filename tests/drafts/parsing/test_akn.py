"""Akoma Ntoso files: an own sample, those of the United Nations, and hostile ones."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from drafts.parsing.file_text import ReadParagraph, Unreadable
from drafts.parsing.reading import read_text as read_draft
from drafts.words.typography import without_typography

AKN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
 <statement name="resolution">
  <meta><identification source="#us"/></meta>
  <coverPage><p>Distr.: General</p></coverPage>
  <preface>
   <p><docNumber>90/7.</docNumber><docTitle>Safe\u00a0harbours</docTitle></p>
  </preface>
  <preamble>
   <formula name="enactingFormula"><p><span class="italic">The Assembly</span>,</p></formula>
   <container><p>\t<span class="italic">Recalling also</span> its work<authorialNote marker="1">
     <p>Resolution <a href="x">89/1</a>.</p></authorialNote> at sea,</p></container>
   <container><blockList>
     <listIntroduction><span class="italic">Mindful</span> that ports:</listIntroduction>
     <item><num>(a)</num><p>Feed cities,</p></item>
   </blockList></container>
  </preamble>
  <mainBody>
   <paragraph eId="para_1"><num>I.</num>
    <content><p><span class="bold">Ports</span></p></content></paragraph>
   <paragraph eId="para_2"><num>1.</num><list>
     <intro><p><span class="italic">Urges</span> States:</p></intro>
     <point eId="para_2_a"><num>(a)</num><list>
       <intro><p>To keep open:</p></intro>
       <point><num>(i)</num><content><p>Ports;</p></content></point>
     </list></point>
     <point><num>(b)</num><content><p>To report.</p></content></point>
   </list></paragraph>
   <paragraph eId="para_3"><num>2.</num><content><p>Decides as follows:</p></content></paragraph>
   <paragraph eId="para_4"><content><p>\t(a)\tTo meet;</p></content></paragraph>
   <paragraph eId="para_5"><content><p>__________</p></content></paragraph>
  </mainBody>
  <conclusions><p>1st plenary meeting</p></conclusions>
  <attachments><attachment><doc name="annex"><mainBody>
   <paragraph><subheading>Annex</subheading></paragraph>
   <paragraph eId="para_2"><num>1 -</num><content><p>One day.</p></content></paragraph>
  </mainBody></doc></attachment></attachments>
 </statement>
</akomaNtoso>"""


def test_parts_kinds_labels_and_nesting_are_read_as_marked() -> None:
    text = read_draft("90_7.xml", AKN.encode())
    assert text.title == "Safe\u00a0harbours"
    assert [(p.kind, p.label, p.level, p.parent_file_id, p.text) for p in text.paragraphs] == [
        ("title", "90/7", 0, None, "Safe\u00a0harbours"),
        ("preambular", "", 0, None, "The Assembly,"),
        ("preambular", "", 0, None, "Recalling also its work at sea,"),
        ("preambular", "", 0, None, "Mindful that ports:"),
        ("preambular", "(a)", 1, "row_4", "Feed cities,"),
        ("heading", "I", 0, None, "Ports"),
        ("operative", "1", 0, None, "Urges States:"),
        ("operative", "(a)", 1, "para_2", "To keep open:"),
        ("operative", "(i)", 2, "para_2_a", "Ports;"),
        ("operative", "(b)", 1, "para_2", "To report."),
        ("operative", "2", 0, None, "Decides as follows:"),
        ("operative", "(a)", 1, "para_3", "To meet;"),
        ("heading", "", 0, None, "Annex"),
        ("annex", "1", 0, None, "One day."),
    ]
    assert text.warnings == ()


def test_openings_are_the_words_in_italics_and_notes_leave_the_text() -> None:
    paragraphs = read_draft("90_7.xml", AKN.encode()).paragraphs
    assert [p.opening for p in paragraphs if p.opening] == [
        "The Assembly",
        "Recalling also",
        "Mindful",
        "Urges",
        "Decides",
    ]
    assert paragraphs[2].notes == ("Resolution 89/1.",)


def test_an_id_that_comes_twice_is_not_used_twice() -> None:
    ids = [p.file_id for p in read_draft("90_7.xml", AKN.encode()).paragraphs]
    assert len(set(ids)) == len(ids)


def akn(inside: str) -> bytes:
    return f"<akomaNtoso><act>{inside}</act></akomaNtoso>".encode()


def words_in_akn(inside: str) -> list[str]:
    return [p.text for p in read_draft("a.xml", akn(inside)).paragraphs]


def test_no_character_is_removed() -> None:
    line = "Call\u00a0fix()  with\ttwo  blanks ( ) and\u2003one.<eol/>Then stop."
    assert words_in_akn(f"<body><p> {line}\n   Or not.\n  </p></body>") == [
        "Call\u00a0fix()  with\ttwo  blanks ( ) and\u2003one.\nThen stop. Or not."
    ]


def test_brackets_around_the_sign_of_a_note_go_with_it_in_arabic() -> None:
    note = "<authorialNote><p>\t()\tالقرار 64/293 (الملحق ()).</p></authorialNote>"
    line = f"تشير إلى عام 2030<sup>(</sup>{note}<sup>)</sup>، وإلى f()."
    found = read_draft("a.xml", akn(f"<body><p>{line}</p></body>")).paragraphs[0]
    assert (found.text, found.notes) == (
        "تشير إلى عام 2030، وإلى f().",
        ("القرار 64/293 (الملحق ()).",),
    )


def test_headings_lie_as_deep_as_the_file_has_them() -> None:
    section = "<section><heading>Ships</heading><p>One.</p></section>"
    chapter = f"<chapter><num>I</num><heading>Ports</heading>{section}</chapter>"
    below = '<paragraph class="H4"><subheading>Cranes</subheading></paragraph>'
    body = f"<body><part><heading>The sea</heading>{chapter}</part>{below}</body>"
    found = read_draft("a.xml", akn(body)).paragraphs
    assert [(p.label, p.text, p.level) for p in found if p.kind == "heading"] == [
        ("", "The sea", 0),
        ("I", "Ports", 1),
        ("", "Ships", 2),
        ("", "Cranes", 1),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "<preface><longTitle><p>An <docTitle>Act on harbours</docTitle></p></longTitle></preface>",
        "<coverPage><p><docTitle>Act on harbours</docTitle></p></coverPage>",
        "<body><p><docTitle>Act on harbours</docTitle></p></body>",
        "<preface><p>Act on harbours</p></preface>",
    ],
)
def test_the_title_is_read_wherever_it_stands(inside: str) -> None:
    text = read_draft("a.xml", akn(f"{inside}<body><p>Decides.</p></body>"))
    assert text.title == "Act on harbours"
    assert [(p.kind, p.text) for p in text.paragraphs] == [
        ("title", "Act on harbours"),
        ("operative", "Decides."),
    ]


def test_a_number_typed_inside_the_text_is_said() -> None:
    body = (
        "<body><p>1. Decides as follows:</p><p>(a) To meet;</p><p>12 States met.</p>"
        "<paragraph><num>2.</num><content><p>Requests more.</p></content></paragraph></body>"
    )
    found = read_draft("a.xml", akn(body)).paragraphs
    assert [(p.label, p.text, p.doubts) for p in found] == [
        (
            "",
            "1. Decides as follows:",
            ("Its words begin with 1. Perhaps this is its number, typed as text.",),
        ),
        ("(a)", "To meet;", ("Its number (a) was typed inside the text.",)),
        ("", "12 States met.", ()),
        ("2", "Requests more.", ()),
    ]


def test_lists_of_bullets_hang_below_the_words_that_introduce_them() -> None:
    inner = "<ul><li>of <i>steel</i>;</li></ul>"
    listed = f"<ul><li>ships;</li><li>cranes: {inner}</li><li><p>ropes.</p></li></ul>"
    body = (
        f"<body><section><heading>Needs</heading>{listed}</section>"
        f"<p>Ports need:</p>{listed}<ol><li>at once,</li><li>later.</li></ol></body>"
    )
    found = read_draft("a.xml", akn(body)).paragraphs
    items = [
        ("•", "ships;"),
        ("•", "cranes:"),
        ("•", "of steel;"),
        ("•", "ropes."),
    ]
    assert [(p.label, p.text) for p in found] == [
        ("", "Needs"),
        *items,
        ("", "Ports need:"),
        *items,
        ("1)", "at once,"),
        ("2)", "later."),
    ]
    assert [p.level for p in found] == [0, 0, 0, 1, 0, 0, 1, 1, 2, 1, 1, 1]


BILLION = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><akomaNtoso>&c;</akomaNtoso>'
DEEP = "<point><intro><p>x</p></intro>" * 10 + "</point>" * 10
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><akomaNtoso>&b;</akomaNtoso>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><p>Decides</p></html>", "not Akoma Ntoso: it begins with “html”"),
        ("<akomaNtoso><meta/></akomaNtoso>", "The file holds no paragraph"),
        ("<akomaNtoso>\n<p>Decides", "cannot be read as XML from line 2 on"),
        (BILLION, "has its own document type"),
        (OUTSIDE, "has its own document type"),
        ("<a>" * 5000, "cannot be read as XML"),
        (" ", "The file is empty."),
        (f"<akomaNtoso><p>{'x' * 10_001}</p></akomaNtoso>", "Row 1: the paragraph or its note"),
        (f"<akomaNtoso>{DEEP}</akomaNtoso>", "Row 10 is 9 levels deep."),
    ],
)
def test_a_wrong_or_hostile_file_is_refused_with_its_mend(content: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_draft("a.xml", content.encode())
    assert sentence in str(caught.value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(AKN.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 40))
        content[start:end] = data.draw(
            st.sampled_from([b"", b"<p>", b"</point>", b"<list><intro><p>x</p></intro>", b"\xff"])
            | st.binary(max_size=8)
        )
    with contextlib.suppress(Unreadable):
        assert_sound(read_draft("a.xml", bytes(content)).paragraphs)


def assert_sound(paragraphs: tuple[ReadParagraph, ...]) -> None:
    """Every row has words, an id of its own, and a parent that stands above it."""
    levels: dict[str, int] = {}
    for row, paragraph in enumerate(paragraphs, 1):
        assert paragraph.row_number == row
        assert paragraph.text.strip() == paragraph.text != ""
        assert paragraph.file_id not in levels
        if paragraph.kind != "heading":
            assert paragraph.level == (
                levels[paragraph.parent_file_id] + 1 if paragraph.parent_file_id else 0
            )
        levels[paragraph.file_id] = paragraph.level


# --- The files of the United Nations -------------------------------------------------------------


def comparable(paragraph: ReadParagraph) -> tuple[str, ...]:
    """Label, words and notes, with what only typography or the lists' conversion changed away.

    The lists have plain spaces for non-breaking ones, keep the brackets of Arabic notes, and
    leave "a)" in the text where ours reads it as a label.
    """
    words = (f"{paragraph.label} {paragraph.text}", *paragraph.notes)
    plain = (without_typography(text).replace("()", "") for text in words)
    return tuple(" ".join(text.split()) for text in plain)


def pairs(real_data: Path) -> list[tuple[Path, Path]]:
    lists = sorted(real_data.glob("drafts/*/lang/*.json"))
    found = [(real_data / "akn/unga" / f"{file.stem}.xml", file) for file in lists]
    pact = real_data / "drafts/pact-for-the-future/v1.json"
    return [*found, (real_data / "akn/unga/A_RES_79_1-2416433E.xml", pact)]


def test_every_real_file_gives_the_paragraphs_of_its_list_in_six_languages(real_data: Path) -> None:
    files = pairs(real_data)
    assert len(files) == 19
    kinds_apart, missing_headings = 0, 0
    for marked, listed in files:
        found = read_draft(marked.name, marked.read_bytes()).paragraphs
        expected = read_draft(listed.name, listed.read_bytes()).paragraphs
        assert_sound(found)
        there = {comparable(p) for p in expected}
        kept = [p for p in found if p.kind != "heading" or comparable(p) in there]
        missing_headings += len(found) - len(kept)
        assert [comparable(p) for p in kept] == [comparable(p) for p in expected], marked.name
        kinds_apart += sum(a.kind != b.kind for a, b in zip(kept, expected, strict=True))
        lower = [(a, b) for a, b in zip(kept, expected, strict=True) if a.level < b.level]
        assert all(a.kind == "heading" for a, _ in lower)
    # Ours are the better: the lists lost headings, and took some for paragraphs.
    assert (missing_headings, kinds_apart) == (34, 4)


def test_openings_are_read_in_every_language(real_data: Path) -> None:
    for language in ("ar", "en", "es", "fr", "ru", "zh"):
        file = real_data / f"akn/unga/A_RES_80_228.{language}.xml"
        paragraphs = read_draft(file.name, file.read_bytes()).paragraphs
        assert sum(bool(p.opening) for p in paragraphs) >= 87, language


def test_all_other_real_files_are_read_with_sound_rows(real_data: Path) -> None:
    files = sorted(real_data.glob("akn/**/*.xml"))
    assert len(files) == 29
    for file in files:
        text = read_draft(file.name, file.read_bytes())
        assert_sound(text.paragraphs)
        assert text.title
        assert not any(note.startswith("(") for p in text.paragraphs for note in p.notes)
        assert len(text.paragraphs) >= 6
        assert all(problem.is_warning for problem in text.warnings)
