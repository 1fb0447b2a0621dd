"""One revision beside an earlier one: every insertion, and every deletion too (domain, rule 13)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from django.core.cache import cache

from comments.threads.threads import ParagraphView, Text, paragraph_view
from comments.threads.wordings import wordings_of
from consultations.rules.access import Access
from drafts.comparing.comparison_cache import RELEASE, cached_comparison
from drafts.comparing.comparison_lines import ComparisonLine, Fold, PositionNote, comparison_page_of
from drafts.models import Revision
from drafts.words.differences import Redline, redline, redline_from_stored


class HashedText(Protocol):
    """Circulated words with their hash: a wording, or the view of a paragraph."""

    @property
    def text(self) -> str: ...

    @property
    def text_hash(self) -> str: ...


def compare_views(access: Access, text: Text, other: Revision) -> tuple[ParagraphView, ...]:
    """The text with its changes against an earlier revision, and the deleted paragraphs struck.

    The remarks on each paragraph are those of the page that compares two revisions.
    """
    report = _change_report(comparison_page_of(cached_comparison(other, text.revision)).items)
    keys = [key for dropped in report.dropped.values() for key in dropped]
    rows = wordings_of(access).filter(revision=other, paragraph__in=keys)
    gone = {row.paragraph_id: paragraph_view(row, other) for row in rows}
    return tuple(_views_in_order(text.paragraphs, gone, report))


@dataclass(frozen=True, slots=True)
class _ChangeReport:
    """What is shown of each paragraph, by its key: its changes, and remarks on it.

    `dropped` are deleted paragraphs, by the key of the one before them (None: at the beginning).
    """

    changes: dict[int, Redline] = field(default_factory=dict)
    remarks: defaultdict[int | None, list[str]] = field(default_factory=lambda: defaultdict(list))
    new: set[int] = field(default_factory=set)
    dropped: defaultdict[int | None, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: ComparisonLine) -> None:
        """Add a change of the paragraphs that are there now, or else of those deleted."""
        is_plain = line.change == "reworded" and not line.difference.concordance_row.is_moved
        for cell in line.later_sides or line.earlier_sides:
            if any(op != "=" for op, _words in cell.ops):
                self.changes[cell.paragraph.paragraph_id] = cell.ops
            if not is_plain:
                self.remarks[cell.paragraph.paragraph_id].append(f"{line.description}.")
            if line.change == "new":
                self.new.add(cell.paragraph.paragraph_id)


def _change_report(items: Iterable[ComparisonLine | Fold | PositionNote]) -> _ChangeReport:
    report = _ChangeReport()
    last: int | None = None
    for item in items:
        if isinstance(item, Fold):
            last = item.lines[-1].paragraph.paragraph_id
        elif isinstance(item, PositionNote):
            if item.is_gone:
                report.remarks[last].append(item.sentence)
            else:
                last = item.paragraph.paragraph_id
        else:
            report.add(item)
            if item.later_sides:
                last = item.later_sides[-1].paragraph.paragraph_id
            else:
                report.dropped[last] += [cell.paragraph.paragraph_id for cell in item.earlier_sides]
    return report


def _views_in_order(
    paragraphs: Iterable[ParagraphView], gone: Mapping[int, ParagraphView], report: _ChangeReport
) -> Iterator[ParagraphView]:
    """The paragraphs of the later text, and the deleted ones at their earlier places."""
    before = [gone[key] for key in report.dropped.get(None, ())]
    yield from (_marked_view(replace(view, is_struck=True), report) for view in before)
    first_remarks = report.remarks.get(None, [])
    for paragraph in paragraphs:
        yield _marked_view(paragraph, report, first_remarks)
        behind = [gone[key] for key in report.dropped.get(paragraph.key, ())]
        yield from (_marked_view(replace(view, is_struck=True), report) for view in behind)
        first_remarks = []


def _marked_view(
    paragraph: ParagraphView, report: _ChangeReport, first_remarks: Sequence[str] = ()
) -> ParagraphView:
    remarks = [*first_remarks, *report.remarks.get(paragraph.key, ())]
    return replace(
        paragraph,
        redline=report.changes.get(paragraph.key, ()),
        is_new=paragraph.key in report.new,
        remark=" ".join(remarks),
    )


def redlines_of(pairs: Mapping[int, tuple[HashedText, HashedText]]) -> dict[int, Redline]:
    """The redline of each pair of circulated wordings, computed once and cached for all readers."""
    keys = {
        key: f"redline:{RELEASE}:{old.text_hash}:{new.text_hash}"
        for key, (old, new) in pairs.items()
    }
    cached = cache.get_many(keys.values())
    made: dict[str, Redline] = {
        keys[key]: redline(old.text, new.text)
        for key, (old, new) in pairs.items()
        if keys[key] not in cached
    }
    cache.set_many(made, timeout=30 * 24 * 3600)
    redlines = cached | made
    return {key: redline_from_stored(redlines[name]) for key, name in keys.items()}
