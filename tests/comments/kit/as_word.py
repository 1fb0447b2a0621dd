"""A kit changed as Word would change it: controls filled in, text tracked, margins written on."""

from copy import deepcopy
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = {"w": W}
BY = {f"{{{W}}}author": "Ana Lima", f"{{{W}}}date": "2026-11-25T09:00:00Z"}
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


def w(name: str) -> str:
    """The name of an element or attribute of Word's."""
    return f"{{{W}}}{name}"


class Word:
    """A document that is open; `saved` closes it."""

    names = NAMES

    def __init__(self, content: bytes) -> None:
        with ZipFile(BytesIO(content)) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.document = etree.fromstring(self.parts["word/document.xml"])
        self.numbers = 0

    def rows(self) -> list[Any]:
        """The rows of the table under its headings."""
        rows: list[Any] = self.document.findall(".//w:tbl/w:tr", NAMES)
        return rows[1:]

    def control(self, row: Any, field: str) -> Any:
        """The content control of a cell."""
        return next(
            control
            for control in row.iter(w("sdt"))
            if control.find("w:sdtPr/w:tag", NAMES).get(w("val")).endswith(f".{field}")
        )

    def fill(self, row: Any, **fields: str) -> None:
        """Type into cells, or choose from their lists; line ends as Word writes them."""
        for field, words in fields.items():
            control = self.control(row, field)
            placeholder = control.find("w:sdtPr/w:showingPlcHdr", NAMES)
            if placeholder is not None:
                placeholder.getparent().remove(placeholder)
            content = control.find("w:sdtContent", NAMES)
            content[:] = [_run(words)]

    def track(self, row: Any, *, out: str, put_in: str) -> None:
        """Strike words out of the paragraph's own text and write others, with changes tracked."""
        content = self.control(row, "text").find("w:sdtContent", NAMES)
        text = "".join(content.itertext())
        before, found, after = text.partition(out)
        assert found
        deletion, insertion = etree.Element(w("del"), BY), etree.Element(w("ins"), BY)
        deletion.append(_run(out, "delText"))
        insertion.append(_run(put_in))
        kept = [_run(before)] if before else []
        content[:] = [*kept, deletion, insertion, *([_run(after)] if after else [])]

    def note(self, row: Any, words: str, field: str = "text") -> None:
        """A comment in the margin, anchored on a cell."""
        number = str(self.numbers)
        self.numbers += 1
        content = self.control(row, field).find("w:sdtContent", NAMES)
        mark = {w("id"): number}
        content.insert(0, etree.Element(w("commentRangeStart"), mark))
        content.append(etree.Element(w("commentRangeEnd"), mark))
        reference = etree.SubElement(content, w("r"))
        etree.SubElement(reference, w("commentReference"), mark)
        comments = self._comments()
        comment = etree.SubElement(comments, w("comment"), {**mark, **BY})
        etree.SubElement(comment, w("p")).append(_run(words))
        self.parts["word/comments.xml"] = etree.tostring(comments)

    def copy_below(self, row: Any) -> Any:
        """A row copied and pasted under itself, with all that it carries."""
        again = deepcopy(row)
        row.addnext(again)
        return again

    def saved(self) -> bytes:
        """The file."""
        self.parts["word/document.xml"] = etree.tostring(
            self.document, xml_declaration=True, encoding="UTF-8", standalone=True
        )
        file = BytesIO()
        with ZipFile(file, "w") as parts:
            for name, content in self.parts.items():
                parts.writestr(name, content)
        return file.getvalue()

    def _comments(self) -> Any:
        """The part of margin comments, made and announced where there is none."""
        if "word/comments.xml" in self.parts:
            return etree.fromstring(self.parts["word/comments.xml"])
        self._announce(
            "[Content_Types].xml",
            f'<Override PartName="/word/comments.xml" ContentType="{TYPES}"/></Types>',
        )
        self._announce(
            "word/_rels/document.xml.rels",
            f'<Relationship Id="rIdMargin" Type="{RELATION}" Target="comments.xml"/>'
            "</Relationships>",
        )
        return etree.Element(w("comments"), nsmap={"w": W})

    def _announce(self, part: str, told: str) -> None:
        end = told[told.rindex("</") :]
        self.parts[part] = self.parts[part].decode().replace(end, told).encode()


def _run(words: str, name: str = "t") -> Any:
    run = etree.Element(w("r"))
    for number, line in enumerate(words.split("\n")):
        if number:
            etree.SubElement(run, w("br"))
        text = etree.SubElement(run, w(name))
        text.text = line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run
