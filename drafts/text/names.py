"""Names: how each paragraph of a whole text is cited, so that no two are cited alike.

Uses no database. A circulated wording keeps its name (`Wording.name`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import NamedTuple, Protocol, Self

from django.utils.text import capfirst

from drafts.models import SECTION_KINDS, Paragraph, ParagraphKind
from drafts.text.labels import citation_below
from drafts.words.quoting import distinct_beginnings


class NamedRow(NamedTuple):
    """What the name of a paragraph is made of."""

    paragraph_id: int
    parent_id: int | None
    label: str
    kind: str
    text: str

    @classmethod
    def of(cls, paragraph: Paragraph) -> Self:
        """That of a paragraph on the desk, or of a row of its history."""
        return cls(
            paragraph.id, paragraph.parent_id, paragraph.label, paragraph.kind, paragraph.text
        )

    @property
    def is_cited_by_label(self) -> bool:
        """Whether its label says anything: a dash does not."""
        return any(map(str.isalnum, self.label))

    @property
    def is_section(self) -> bool:
        return self.kind in SECTION_KINDS and not self.parent_id

    @property
    def is_cited_below_parent(self) -> bool:
        """Whether its citation begins with that of its parent: "OP3(a)"."""
        return bool(self.parent_id) and self.label.startswith("(") and self.is_cited_by_label


def names_by_paragraph_id(rows: Iterable[tuple[int, int | None, str, str, str]]) -> dict[int, str]:
    """The name of each paragraph of a text: "OP3(a)", "“Recalling …” (a)", "Title".

    Rows: its id, its parent's id, label, kind, text; in the order of the text, a parent before its
    children.
    """
    named_rows = [NamedRow(*row) for row in rows]
    name_by_id = names_to_keep(named_rows)
    return {
        row.paragraph_id: name_by_id[row.paragraph_id] or _kind_name(row.kind) for row in named_rows
    }


def names_of_paragraphs(paragraphs: Iterable[Paragraph]) -> dict[int, str]:
    """`names_by_paragraph_id` of all paragraphs of a working text, in its order."""
    return names_by_paragraph_id(map(NamedRow.of, paragraphs))


def names_to_keep(rows: Sequence[NamedRow]) -> dict[int, str]:
    """The names of the paragraphs of a text, by their ids. Rows as in `names_by_paragraph_id`.

    A name is the label, below others with theirs; without a label the first words. Where several
    have it, it goes on with the section they stand in: "1 (“Annex”)"; else with first words, else
    with a number: "“Recalling …” #2". That of the only title is empty: readers call it "Title",
    each in their language.
    """
    titles = [row for row in rows if row.kind == ParagraphKind.TITLE and not row.is_cited_by_label]
    name_by_id = {titles[0].paragraph_id: ""} if len(titles) == 1 else {}
    unnamed_rows = [row for row in rows if row.paragraph_id not in name_by_id]
    own_name_by_id = distinct_beginnings(
        {row.paragraph_id: row.text for row in unnamed_rows if not row.is_cited_by_label}
    ) | {row.paragraph_id: row.label for row in unnamed_rows if row.is_cited_by_label}
    section_id_by_id = _section_id_by_id(rows)
    order_by_id = _naming_order(rows)
    by_order = sorted(unnamed_rows, key=lambda row: order_by_id[row.paragraph_id])
    # Those by which others are named come first.
    for _order, rows_at_once in groupby(by_order, lambda row: order_by_id[row.paragraph_id]):
        name_by_id |= _names_at_once(
            list(rows_at_once), own_name_by_id, section_id_by_id, name_by_id
        )
    return name_by_id


class NamedWording(Protocol):
    """What a circulated paragraph is cited by: a wording, or a row of its values."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> str: ...


def name_of_wording(wording: NamedWording) -> str:
    """How a circulated paragraph is cited, by its kept name.

    The title has none kept, nor has what release 1.0.0 circulated while it ran beside a newer one.
    """
    return wording.name or wording.label or _kind_name(wording.kind)


def _kind_name(kind: str) -> str:
    """What a kind of paragraph is called, as a sentence begins with it."""
    return str(capfirst(ParagraphKind(kind).label))


def _section_id_by_id(rows: Sequence[NamedRow]) -> dict[int, int]:
    """The id of what each paragraph stands in: its parent, or the heading before it."""
    section_id_by_id: dict[int, int] = {}
    last_section_id = None
    for row in rows:
        if row.is_section:
            last_section_id = row.paragraph_id
        elif row.is_cited_below_parent:
            continue  # it is named by its parent as it is
        elif section_id := row.parent_id or last_section_id:
            section_id_by_id[row.paragraph_id] = section_id
    return section_id_by_id


def _naming_order(rows: Sequence[NamedRow]) -> dict[int, int]:
    """When each paragraph is named: titles and headings first, then the others level by level."""
    order_by_id: dict[int, int] = {}
    for row in rows:
        order_by_id[row.paragraph_id] = (
            0 if row.is_section else order_by_id.get(row.parent_id or 0, 0) + 1
        )
    return order_by_id


def _names_at_once(
    rows: Sequence[NamedRow],
    own_name_by_id: Mapping[int, str],
    section_id_by_id: Mapping[int, int],
    earlier_name_by_id: Mapping[int, str],
) -> dict[int, str]:
    """The names of paragraphs by which none of these is named; none is an earlier name."""
    plain = {
        row.paragraph_id: citation_below(
            earlier_name_by_id.get(row.parent_id or 0, ""), own_name_by_id[row.paragraph_id]
        )
        for row in rows
    }
    with_section = {
        paragraph_id: _with_addition(
            name, earlier_name_by_id.get(section_id_by_id.get(paragraph_id, 0), "")
        )
        for paragraph_id, name in plain.items()
    }

    def candidates() -> Iterator[Mapping[int, str]]:
        yield plain
        yield with_section
        # Read last: in most texts the label or the section says which paragraph is meant.
        yield _with_words(rows, plain)

    taken_names = {*earlier_name_by_id.values()}
    names: dict[int, str] = {}
    for name_by_id in candidates():
        unnamed = {
            paragraph_id: name
            for paragraph_id, name in name_by_id.items()
            if paragraph_id not in names
        }
        counts = Counter(unnamed.values())
        names |= {
            paragraph_id: name
            for paragraph_id, name in unnamed.items()
            if counts[name] == 1 and name not in taken_names
        }
        if len(names) == len(rows):
            return names
        taken_names.update(names.values())
    for row in rows:
        if row.paragraph_id not in names:
            name = with_section[row.paragraph_id]
            numbered_names = (f"{name} #{number}" for number in count(1))
            names[row.paragraph_id] = next(
                numbered for numbered in numbered_names if numbered not in taken_names
            )
            taken_names.add(names[row.paragraph_id])
    return names


def _with_words(rows: Sequence[NamedRow], name_by_id: Mapping[int, str]) -> dict[int, str]:
    """The names that are labels, each with the first words: "1 (“Requests …”)"."""
    beginning_by_id = distinct_beginnings(
        {row.paragraph_id: row.text for row in rows if row.is_cited_by_label}
    )
    return {
        paragraph_id: _with_addition(name, beginning_by_id.get(paragraph_id, ""))
        for paragraph_id, name in name_by_id.items()
    }


def _with_addition(name: str, addition: str) -> str:
    return f"{name} ({addition})" if addition else name
