"""Akoma Ntoso: our own small file, the real ones of the United Nations, and hostile ones."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafts.readers.proposal import ReadParagraph, Unreadable
from drafts.readers.reading import read_text as read_draft
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
    assert [(p.kind, p.label, p.level, p.parent, p.text) for p in text.paragraphs] == [
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
    assert text.problems == ()


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


BILLION = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><akomaNtoso>&c;</akomaNtoso>'
DEEP = "<point><intro><p>x</p></intro>" * 10 + "</point>" * 10
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><akomaNtoso>&b;</akomaNtoso>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><p>Decides</p></html>", "not Akoma Ntoso: it begins with “html”"),
        ("<akomaNtoso><meta/></akomaNtoso>", "The file holds no paragraph"),
        ("<akomaNtoso>\n<p>Decides", "cannot be read as XML from line 2 on"),
        (BILLION, "declares a document type of its own"),
        (OUTSIDE, "declares a document type of its own"),
        ("<a>" * 5000, "cannot be read as XML"),
        (" ", "The file is empty."),
        (f"<akomaNtoso><p>{'x' * 10_001}</p></akomaNtoso>", "Row 1: the paragraph or its note"),
        (f"<akomaNtoso>{DEEP}</akomaNtoso>", "Row 10: it lies 9 levels deep"),
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
        assert paragraph.row == row
        assert paragraph.text.strip() == paragraph.text != ""
        assert paragraph.file_id not in levels
        assert paragraph.level == (levels[paragraph.parent] + 1 if paragraph.parent else 0)
        levels[paragraph.file_id] = paragraph.level


# --- The files of the United Nations -------------------------------------------------------------


def said(paragraph: ReadParagraph) -> tuple[str, ...]:
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
        there = {said(p) for p in expected}
        kept = [p for p in found if p.kind != "heading" or said(p) in there]
        missing_headings += len(found) - len(kept)
        assert [said(p) for p in kept] == [said(p) for p in expected], marked.name
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
        assert len(text.paragraphs) >= 6
        assert all(problem.is_warning for problem in text.problems)
