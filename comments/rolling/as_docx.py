"""The rolling text as a Word document in portrait; proposals are tracked changes.

A rolling text is a circulated revision with all proposals in place, in brackets, with names.
Whoever rejects all changes gets the revision back exactly: brackets, names and further
alternatives are insertions too.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import chain, count

from docx.shared import Mm

from comments.papers.docx import EMU_PER_TWIP, MARGIN, PAGE_WIDTH, make_document, set_portrait
from comments.rolling.sheet import MarkedWords, RollingPrinter, RollingSheetParagraph
from comments.rolling.text import RollingText
from drafts.printing.conventions import DELETED, INSERTED
from drafts.printing.docx import stream_document
from drafts.printing.docx_elements import (
    BOLD_LOOK,
    LOOK_BY_MARK,
    Element,
    W,
    annex_blocks,
    attributes,
    direction,
    run,
    tracked_change,
)

LABEL_WIDTH = Mm(16)  # the label hangs in the margin of its paragraph
LEVEL_INDENT = Mm(8)  # of each level
# How deleted and inserted words look in further alternatives. Tracked changes cannot show them
# there, since all words of a further alternative are insertions.
FURTHER_ALTERNATIVE_LOOKS = {INSERTED: (W.u(attributes(val="single")),), DELETED: (W.strike(),)}


def stream(rolling_text: RollingText) -> Iterator[bytes]:
    """The document as chunks of bytes."""
    printer = RollingPrinter(rolling_text)
    document, place = make_document(rolling_text.table, printer.head)
    set_portrait(document)
    writer = RollingDocxWriter(printer)
    paragraphs = chain.from_iterable(map(writer.paragraphs, printer.paragraphs()))
    annex_width = _twips(PAGE_WIDTH - 2 * MARGIN)
    annexes = annex_blocks(rolling_text.annexes, printer.language, annex_width)
    cut_off_utc = rolling_text.table.cut_off.astimezone(UTC)
    yield from stream_document(document, place, chain(paragraphs, annexes), cut_off_utc)


class RollingDocxWriter:
    """Writes paragraphs as elements of Word.

    A style is named by its id, which is its name without spaces: "Draftwords" of "Draft words".
    """

    def __init__(self, printer: RollingPrinter) -> None:
        self.language = printer.language
        self.change_numbers = count(1)

    def paragraphs(self, paragraph: RollingSheetParagraph) -> Iterator[Element]:
        """A paragraph with what is proposed on it."""
        if paragraph.place_note:
            yield self._paragraph(
                "Inputnote", [run(paragraph.place_note)], paragraph, self.language
            )
        label_runs = [run(f"{paragraph.label}\t")] if paragraph.label else []
        style = "Heading2" if paragraph.is_heading else "Draftwords"
        runs = label_runs + [self._piece(piece, paragraph.language) for piece in paragraph.pieces]
        if runs:
            yield self._paragraph(
                style, runs, paragraph, paragraph.language, has_label=bool(label_runs)
            )
        for note in paragraph.notes:
            note_run = run(note, language=paragraph.language)
            yield self._paragraph("Inputnote", [note_run], paragraph, paragraph.language)
        # A proposal on the paragraph as a whole stands on a line of its own below it.
        for proposal in paragraph.whole_proposals:
            proposal_run = run(proposal, *BOLD_LOOK, language=self.language)
            # Its words name those who propose it, if they may be named; the change has no author.
            change = self._change("ins", proposal_run, author="")
            yield self._paragraph("Inputwords", [change], paragraph, self.language)

    def _piece(self, piece: MarkedWords, language: str) -> Element:
        """Marked words as a run; inserted and deleted ones as a tracked change.

        All words of further alternatives are insertions.
        """
        look = LOOK_BY_MARK[piece.mark]
        if piece.is_further_alternative:
            look += FURTHER_ALTERNATIVE_LOOKS.get(piece.mark, ())
        words_run = run(piece.words, *look, language=language)
        if piece.is_further_alternative or piece.mark == INSERTED:
            return self._change("ins", words_run, piece.author)
        if piece.mark == DELETED:
            return self._change("del", words_run, piece.author)
        return words_run

    def _change(self, tag: str, words_run: Element, author: str) -> Element:
        change = attributes(id=next(self.change_numbers), author=author)
        return tracked_change(tag, change, [words_run])

    def _paragraph(
        self,
        style: str,
        runs: Iterable[Element],
        paragraph: RollingSheetParagraph,
        language: str,
        *,
        has_label: bool = False,
    ) -> Element:
        """A paragraph indented by its level, with its label in a hanging indent."""
        left = _twips(LABEL_WIDTH + paragraph.level * LEVEL_INDENT)
        properties = W.pPr(W.pStyle(attributes(val=style)))
        indent = W.ind(attributes(left=left))
        if has_label:
            properties.append(W.tabs(W.tab(attributes(val="left", pos=left))))
            indent.attrib.update(attributes(hanging=_twips(LABEL_WIDTH)))
        properties.extend([*direction(language, self.language), indent])
        return W.p(properties, *runs)


def _twips(length: int) -> int:
    """A length of python-docx in twentieths of a point, as Word's XML wants it."""
    return round(length / EMU_PER_TWIP)
