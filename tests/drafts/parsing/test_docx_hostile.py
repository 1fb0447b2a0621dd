"""Hostile Word files are refused with a sentence, or read within limits; none hangs."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from socket import create_server
from zipfile import ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from drafts.parsing.file_text import Unreadable
from drafts.parsing.reading import read_text
from drafts.parsing.sandbox import read_draft
from tests.drafts.parsing.word import (
    RESOLUTION,
    abstract,
    box,
    comment,
    commented,
    docx,
    end,
    footnote,
    level,
    note,
    num,
    p,
    put_in,
    restart,
    run,
    style,
    table,
    taken_out,
    zipped,
)
from tests.nights import examples, others_at_night

MAX_MEMORY = 200  # MB, the interpreter and the framework included
MAX_SECONDS = 10
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

TEXT = docx(
    p("The plan"),
    p("Recalling its resolution,", note(2)),
    p("Decides:", num=(1, 0)),
    p(put_in("To act;"), num=(1, 1), mark=end("ins")),
    p("To pay", taken_out(" now"), num=(1, 1)),
    table([p("3. One."), p("4. Two.", box(p("5. Boxed.")))]),
    p("6. ", commented(4, "Ends.")),
    footnotes=footnote(2, "Resolution 70/1."),
    comments=comment(4, "When?"),
    styles=style("Para", "UN Para", "", below="Para"),
)


def _stored(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _with(parts: dict[str, bytes | Callable[[bytes], bytes]], packing: int = 8) -> bytes:
    """The text with parts replaced, changed or added."""
    stored = _stored(TEXT)
    for name, given_part in parts.items():
        old = stored.get(name, b"")
        stored[name] = given_part(old) if callable(given_part) else given_part
    return zipped(stored, packing)


def _body(words: bytes, packing: int = ZIP_STORED) -> bytes:
    """More before the end of the text; not packed, so that it is not refused for that alone."""
    return _with(
        {"word/document.xml": lambda part: part.replace(b"</w:body>", words + b"</w:body>")},
        packing,
    )


def _damaged_lzma() -> bytes:
    """The text packed by LZMA, with bytes of its main part overwritten."""
    packed = zipped(_stored(TEXT), ZIP_LZMA)
    with ZipFile(BytesIO(packed)) as package:
        entry = package.getinfo("word/document.xml")
    begin = entry.header_offset + 30 + len(entry.filename) + 12
    return packed[:begin] + b"\xff" * 40 + packed[begin + 40 :]


def _declared(words: bytes) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"?>", b"?>" + words, 1)


ENTITY = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
NESTED = b"<w:tbl><w:tr><w:tc>" * 10_000 + b"</w:tc></w:tr></w:tbl>" * 10_000
MACRO = b"application/vnd.ms-word.document.macroEnabled.main+xml"

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": (
        "text.docx",
        lambda: b"",
        "The file is empty. Choose a file that holds the text.",
    ),
    "empty Excel": (
        "text.xlsx",
        lambda: b"",
        "The file is empty. Choose a file that holds the text.",
    ),
    "old Word": (
        "text.doc",
        lambda: OLE,
        "Open it in Word or LibreOffice, save it as .docx, and send that one.",
    ),
    "old Word renamed": ("text.docx", lambda: OLE, "a Word file of the old kind (.doc)"),
    "password": (
        "text.docx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "protected by a password",
    ),
    "macros by name": ("text.docm", lambda: TEXT, "with macros are not accepted"),
    "macros inside": ("text.docx", lambda: _with({"word/vbaProject.bin": b"1"}), "macros"),
    "macros by type": (
        "text.docx",
        lambda: _with(
            {
                "[Content_Types].xml": lambda part: part.replace(
                    b"</Types>", b'<Override PartName="/x" ContentType="%s"/></Types>' % MACRO
                )
            }
        ),
        "macros",
    ),
    "OpenDocument": (
        "text.odt",
        lambda: _with({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "This is an OpenDocument file",
    ),
    "OpenDocument renamed": (
        "text.docx",
        lambda: _with({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "This is an OpenDocument file",
    ),
    "RTF renamed": ("text.doc", lambda: b"{\\rtf1 x}", "This is an RTF file."),
    "a letter": ("text.docx", lambda: b"Dear colleagues,", "This is not a Word or Excel file."),
    "another zip": ("text.docx", lambda: zipped({"a.txt": b"x"}), "not a Word or Excel file"),
    "cut off": ("text.docx", lambda: TEXT[: len(TEXT) // 2], "The file is damaged."),
    "broken XML": (
        "text.docx",
        lambda: _with({"word/document.xml": lambda part: part[:-40]}),
        "The file is damaged.",
    ),
    "broken lists": (
        "text.docx",
        lambda: _with({"word/numbering.xml": lambda part: part[:-40]}),
        "The file is damaged.",
    ),
    "broken LZMA": ("text.docx", _damaged_lzma, "Open it in Word, Excel or LibreOffice"),
    "no text": ("text.docx", lambda: _with({"word/document.xml": b""}), "The file has no text."),
    "no words": ("text.docx", lambda: docx(p(), p(run(" "))), "The file has no words."),
    "entity": (
        "text.docx",
        lambda: _with({"word/document.xml": _declared(ENTITY)}),
        "is not a normal Word or Excel file",
    ),
    "entity among the notes": (
        "text.docx",
        lambda: _with({"word/footnotes.xml": _declared(ENTITY)}),
        "is not a normal Word or Excel file",
    ),
    "10,000 nested tables": ("text.docx", lambda: _body(NESTED), "nested too deeply"),
    "zip bomb": (
        "text.docx",
        lambda: _with({"word/document.xml": b"<w:p/>" * 60_000_000}),
        "too large when unpacked",
    ),
    "bomb in another part": (
        "text.docx",
        lambda: _with({"word/media/a.bin": bytes(70_000_000)}),
        "too large when unpacked",
    ),
    "too long a paragraph": (
        "text.docx",
        lambda: docx(p("Title"), p("x" * 10_001)),
        "Row 2: “xxx",
    ),
    "too many pieces": (
        "text.docx",
        lambda: docx(p("Title"), p(run(inside="<w:tab/>" * 25_000))),
        "much longer than the limit of 10000 characters",
    ),
    "too many paragraphs": (
        "text.docx",
        lambda: docx(p("Title"), *(p("x.") for _n in range(5_001))),
        "more than 5000 paragraphs",
    ),
    "too many authors": (
        "text.docx",
        lambda: docx(
            p("Title"), *(p(put_in("x.", f"A{n}"), mark=end("ins")) for n in range(1_500))
        ),
        "too many tracked changes",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_sentence(case: str) -> None:
    name, made, sentence = REFUSED[case]
    with pytest.raises(Unreadable) as refused:
        read_draft(name, made())
    assert sentence in str(refused.value)


BROKEN: dict[str, Callable[[], bytes]] = {
    "a list that does not exist": lambda: docx(p("Title"), p("Acts.", num=(77, 3))),
    "a list that is described nowhere": lambda: docx(
        p("Title"), p("Acts.", num=(5, 0)), numbering=num(5, 99)
    ),
    "a list on level ninety": lambda: docx(p("Title"), p("Acts.", num=(1, 90))),
    "lists whose styles point at each other": lambda: docx(
        p("Title"),
        p("Acts.", num=(1, 0)),
        numbering=abstract(1, more='<w:numStyleLink w:val="A"/>') + num(1, 1),
        styles='<w:style w:type="numbering" w:styleId="A"><w:name w:val="A"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
    ),
    "styles on top of each other in a ring": lambda: docx(
        p("Title"),
        p("Acts.", style="A"),
        styles=style("A", "A", "", below="B") + style("B", "B", "", below="A"),
    ),
    "numbers that are none": lambda: docx(
        p("Title"),
        p("Acts.", num=(1, 0)),
        numbering=abstract(1, level(0, "decimal", "%1.", start=10**8)).replace(
            "100000000", "9" * 4000
        )
        + num(1, 1),
    ),
    "a number below nought": lambda: docx(
        p("Title"),
        p("Acts.", num=(2, 0)),
        numbering=RESOLUTION + num(2, 1, restart(at=-5)),
    ),
    "a footnote that does not exist": lambda: docx(p("Title"), p("Acts.", note(99))),
    "a comment that does not exist": lambda: docx(p("Title"), p(commented(99, "Acts."))),
    "relations that lead nowhere": lambda: _with({"word/_rels/document.xml.rels": b"<broken"}),
    "no relations": lambda: _with({"word/_rels/document.xml.rels": b"", "_rels/.rels": b""}),
    "a sign that is none": lambda: docx(
        p("Title"), p("Acts.", run(inside='<w:sym w:char="ZZ"/><w:sym w:char="D800"/>'))
    ),
    "moments that are none": lambda: docx(
        p("Title"), p("Acts.", '<w:ins w:author="A" w:date="soon"><w:r><w:t>x</w:t></w:r></w:ins>')
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_points_nowhere_costs_no_word_of_the_text(case: str) -> None:
    text = read_draft("text.docx", BROKEN[case]())
    assert any(row.text.startswith(("Acts.", "Ends.")) for row in text.paragraphs)


def test_a_sign_that_is_none_is_doubted_and_shown_as_missing() -> None:
    [row] = [
        row
        for row in read_draft("text.docx", BROKEN["a sign that is none"]()).paragraphs
        if row.text.startswith("Acts.")
    ]
    assert row.text == "Acts.\ufffd\ufffd"
    assert "There is a special character here. Check it." in row.doubts


def test_relations_that_lead_outside_are_never_followed() -> None:
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        outside = "".join(
            f'<Relationship Id="out{number}" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="External"/>'
            for number, target in enumerate([address, "file:///etc/passwd", "../../etc/passwd"])
            for kind in ("attachedTemplate", "image", "subDocument", "footnotes", "numbering")
        ).encode()
        rels = "word/_rels/document.xml.rels"
        closing = b"</Relationships>"
        content = _with({rels: lambda part: part.replace(closing, outside + closing)})
        assert read_draft("text.docx", content).title == "The plan"
        with pytest.raises(TimeoutError):
            server.accept()


# --- What no file may cost -----------------------------------------------------------------------

CHILD = r"""
import re, resource, sys
import django
django.setup()
from drafts.parsing.sandbox import read_draft
from drafts.parsing.file_text import Unreadable
from drafts.parsing.reading import read_text
content = open(sys.argv[1], "rb").read()
try:
    result = f"{len(read_draft('text.docx', content).paragraphs)} rows"
except Unreadable as error:
    result = str(error)
apart = resource.getrusage(resource.RUSAGE_CHILDREN)
own = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read()).group(1))
spent = apart.ru_utime + apart.ru_stime
print(f"{spent:.2f}|{max(own, apart.ru_maxrss) / 1024:.0f}|{result}")
"""


def _many(paragraph: bytes, count: int) -> Callable[[], bytes]:
    return lambda: _body(paragraph * count)


def _ruby(depth: int) -> bytes:
    return (
        b"<w:p><w:r>"
        + b"<w:ruby><w:rubyBase><w:r>" * depth
        + b"<w:t>x</w:t>"
        + b"</w:r></w:rubyBase></w:ruby>" * depth
        + b"</w:r></w:p>"
    )


def _boxes(depth: int) -> bytes:
    opened = b"<w:p><w:r><w:pict><w:txbxContent>"
    return opened * depth + b"</w:txbxContent></w:pict></w:r></w:p>" * depth


def _shared_changes(authors: int, paragraphs: int) -> bytes:
    return docx(
        p("Title"),
        *(
            p(put_in("word " * 20, f"A{n % authors}"), mark=end("ins", f"A{n % authors}"))
            for n in range(paragraphs)
        ),
    )


COSTLY: dict[str, Callable[[], bytes]] = {
    "zip bomb": REFUSED["zip bomb"][1],
    "10,000 nested tables": REFUSED["10,000 nested tables"][1],
    "as many empty paragraphs as can be parsed": _many(b"<w:p/>", 500_000),
    "more elements than are read": _many(b"<w:p/>", 1_500_000),
    "many attributes": _many(b'<w:p a="1" b="2"/>', 130_000),
    "many short paragraphs": _many(b"<w:p><w:r><w:t>x</w:t></w:r></w:p>", 4_900),
    "many runs in one paragraph": lambda: _body(
        b"<w:p>" + b"<w:r><w:t>x</w:t></w:r>" * 150_000 + b"</w:p>"
    ),
    "long words": _many(b"<w:p><w:r><w:t>" + b"ab " * 3_000 + b"</w:t></w:r></w:p>", 900),
    "a part too long": lambda: _body(
        b"<w:p><w:r><w:t>" + b"ab " * 6_500_000 + b"</w:t></w:r></w:p>"
    ),
    "words in ruby in ruby": _many(_ruby(70), 300),
    "boxes in boxes": _many(_boxes(60), 500),
    "everything put in, by few": lambda: _shared_changes(10, 2_000),
    "everything put in, by many": lambda: _shared_changes(400, 2_000),
    "large lists": lambda: docx(
        p("Title"),
        p("Acts.", num=(1, 0)),
        numbering=RESOLUTION + "".join(num(n, 1, restart()) for n in range(2, 10_000)),
    ),
    "too many lists": lambda: docx(
        p("Title"), numbering=RESOLUTION + "".join(num(n, 1, restart()) for n in range(2, 40_000))
    ),
    "many styles in a chain": lambda: docx(
        p("Title"),
        *(p("Acts.", style=f"S{n}") for n in range(2_000)),
        styles="".join(style(f"S{n}", f"S{n}", "", below=f"S{n - 1}") for n in range(2_000)),
    ),
    "many notes": lambda: docx(
        p("Title"),
        p("Acts.", note(1)),
        footnotes="".join(footnote(n, "Ibid.") for n in range(60_000)),
    ),
}


@pytest.mark.parametrize("case", others_at_night(COSTLY))
def test_no_file_costs_more_than_200_megabytes_or_10_seconds(case: str, tmp_path: Path) -> None:
    file = tmp_path / "text.docx"
    file.write_bytes(COSTLY[case]())
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    spent, peak, output = child.stdout.strip().split("|", 2)
    assert float(spent) < MAX_SECONDS, output
    assert int(peak) < MAX_MEMORY, output


def test_300_megabytes_are_refused_before_anything_is_read() -> None:
    with pytest.raises(Unreadable, match=r"300\.0 MB\. The limit is 10 MB"):
        read_draft("text.docx", bytes(300 * 1024 * 1024))


# --- Whatever comes ------------------------------------------------------------------------------
# In this process: of an error that nobody expected nothing is hidden by the process apart.

NAMES = st.sampled_from([name for name in _stored(TEXT) if name.endswith((".xml", ".rels"))])
CUTS = st.tuples(st.integers(0, 10**6), st.integers(0, 120), st.binary(max_size=12))
WORDS = st.sampled_from(
    b'w:p w:r w:t w:ins w:del w:numId w:ilvl w:val w:tbl w:sdt w:txbxContent mc:Choice "1" "-9" '
    b'"99999999999" <w:p/> </w:p> %1'.split()
)
FEW = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


def _cut(content: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, instead in cuts:
        begin = place % (len(content) + 1)
        content = content[:begin] + instead + content[begin + length :]
    return content


@FEW
@given(st.lists(CUTS, min_size=1, max_size=4))
def test_a_damaged_package_is_read_or_refused(cuts: list[tuple[int, int, bytes]]) -> None:
    with suppress(Unreadable):
        read_text("text.docx", _cut(TEXT, cuts))


@FEW
@given(NAMES, st.lists(CUTS, min_size=1, max_size=4))
def test_a_damaged_part_is_read_or_refused(name: str, cuts: list[tuple[int, int, bytes]]) -> None:
    with suppress(Unreadable):
        read_text("text.docx", _with({name: lambda part: _cut(part, cuts)}))


@FEW
@given(
    st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]),
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3),
    st.sampled_from(["accept", "refuse"]),
)
def test_words_of_the_format_in_wrong_places_are_read_or_refused(
    name: str, swaps: list[tuple[bytes, bytes]], changes: str
) -> None:
    def swapped(part: bytes) -> bytes:
        for old, new in swaps:
            part = part.replace(old, new)
        return part

    with suppress(Unreadable):
        read_text("text.docx", _with({name: swapped}), changes)  # type: ignore[arg-type]


PIECES = st.recursive(
    st.sampled_from(
        [run("x"), run(" "), note(2), commented(4, "x"), run(inside="<w:br/>"), taken_out("x"), ""]
    ),
    lambda inner: st.one_of(
        st.builds(lambda a, b: p(a, b, num=(1, 1), mark=end("del")), inner, inner),
        st.builds(lambda a: table([p(a), a]), inner),
        st.builds(lambda a: p(box(p(a))), inner),
        st.builds(lambda a: f'<w:ins w:id="1" w:author="B">{a}</w:ins>', inner),
        st.builds(lambda a: f"<w:sdt><w:sdtContent>{a}</w:sdtContent></w:sdt>", inner),
        st.builds(lambda a: f"<mc:AlternateContent>{a}</mc:AlternateContent>", inner),
    ),
    max_leaves=12,
)


@FEW
@given(st.lists(PIECES, min_size=1, max_size=5), st.sampled_from(["accept", "refuse"]))
def test_whatever_stands_inside_whatever_is_read_or_refused(
    pieces: list[str], changes: str
) -> None:
    content = docx(p("Title"), *pieces, footnotes=footnote(2, "Ibid."), comments=comment(4, "?"))
    with suppress(Unreadable):
        read_text("text.docx", content, changes)  # type: ignore[arg-type]
