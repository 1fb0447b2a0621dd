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
from drafts.comparing.comparison_lines import ComparisonLine, Fold, Trace, page_of
from drafts.models import Revision
from drafts.words.differences import Redline, redline, restored


class HashedText(Protocol):
    """Circulated words with their hash: a wording, or the view of a paragraph."""

    @property
    def text(self) -> str: ...

    @property
    def text_hash(self) -> str: ...


def compare_views(
    access: Access, text: Text, earlier_revision: Revision
) -> tuple[ParagraphView, ...]:
    """The text with its changes against an earlier revision, and the deleted paragraphs struck.

    The remarks on each paragraph are those of the page that compares two revisions.
    """
    report = _change_report(page_of(cached_comparison(earlier_revision, text.revision)).items)
    deleted_ids = [
        paragraph_id
        for ids_in_one_place in report.dropped.values()
        for paragraph_id in ids_in_one_place
    ]
    deleted_wordings = wordings_of(access).filter(
        revision=earlier_revision, paragraph__in=deleted_ids
    )
    deleted_view_by_id = {
        wording.paragraph_id: paragraph_view(wording, earlier_revision)
        for wording in deleted_wordings
    }
    return tuple(_views_in_order(text.paragraphs, deleted_view_by_id, report))


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
        is_plain = line.how == "reworded" and not line.difference.row.is_moved
        for cell in line.now or line.then:
            if any(op != "=" for op, _words in cell.ops):
                self.changes[cell.paragraph.key] = cell.ops
            if not is_plain:
                self.remarks[cell.paragraph.key].append(f"{line.what}.")
            if line.how == "new":
                self.new.add(cell.paragraph.key)


def _change_report(items: Iterable[ComparisonLine | Fold | Trace]) -> _ChangeReport:
    report = _ChangeReport()
    last_paragraph_id: int | None = None
    for item in items:
        if isinstance(item, Fold):
            last_paragraph_id = item.rows[-1].paragraph.key
        elif isinstance(item, Trace):
            if item.is_gone:
                report.remarks[last_paragraph_id].append(item.sentence)
            else:
                last_paragraph_id = item.paragraph.key
        else:
            report.add(item)
            if item.now:
                last_paragraph_id = item.now[-1].paragraph.key
            else:
                report.dropped[last_paragraph_id] += [cell.paragraph.key for cell in item.then]
    return report


def _views_in_order(
    paragraphs: Iterable[ParagraphView],
    deleted_view_by_id: Mapping[int, ParagraphView],
    report: _ChangeReport,
) -> Iterator[ParagraphView]:
    """The paragraphs of the later text, and the deleted ones at their earlier places."""
    deleted_at_beginning = [
        deleted_view_by_id[deleted_id] for deleted_id in report.dropped.get(None, ())
    ]
    yield from (
        _marked_view(replace(view, is_struck=True), report) for view in deleted_at_beginning
    )
    first_remarks = report.remarks.get(None, [])
    for paragraph in paragraphs:
        yield _marked_view(paragraph, report, first_remarks)
        deleted_after = [
            deleted_view_by_id[deleted_id] for deleted_id in report.dropped.get(paragraph.key, ())
        ]
        yield from (_marked_view(replace(view, is_struck=True), report) for view in deleted_after)
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


def redlines_of(wordings_by_id: Mapping[int, tuple[HashedText, HashedText]]) -> dict[int, Redline]:
    """The redline of each pair of circulated wordings, computed once and cached for all readers."""
    cache_key_by_id = {
        id: f"redline:{RELEASE}:{earlier.text_hash}:{later.text_hash}"
        for id, (earlier, later) in wordings_by_id.items()
    }
    cached_by_cache_key = cache.get_many(cache_key_by_id.values())
    computed_by_cache_key: dict[str, Redline] = {
        cache_key_by_id[id]: redline(earlier.text, later.text)
        for id, (earlier, later) in wordings_by_id.items()
        if cache_key_by_id[id] not in cached_by_cache_key
    }
    cache.set_many(computed_by_cache_key, timeout=30 * 24 * 3600)
    redline_by_cache_key = cached_by_cache_key | computed_by_cache_key
    return {
        id: restored(redline_by_cache_key[cache_key]) for id, cache_key in cache_key_by_id.items()
    }
