"""One revision beside an earlier one: every insertion, and every deletion too (domain, rule 13).

Also the redlines of any pairs of circulated wordings, kept in the cache.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from django.core.cache import cache

from comments.threads.queries import ShownParagraph, ShownText, shown_paragraph
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.rules.access import Access
from drafts.comparing.comparison import COMPARISON_RELEASE, cached_comparison
from drafts.comparing.lines import ChangeLine, Fold, PositionNote, comparison_page_of
from drafts.models import Revision
from drafts.words.differences import Redline, redline

REDLINES_CACHED_FOR = 30 * 24 * 3600  # seconds


class HashedText(Protocol):
    """Circulated words with their hash: a wording, or a paragraph as it is shown."""

    @property
    def text(self) -> str: ...

    @property
    def text_hash(self) -> str: ...


def compared_paragraphs(
    access: Access, shown_text: ShownText, earlier_revision: Revision
) -> tuple[ShownParagraph, ...]:
    """The text with its changes against an earlier revision, and the deleted paragraphs struck.

    The remarks on each paragraph are those of the page that compares two revisions.
    """
    report = _change_report(
        comparison_page_of(cached_comparison(earlier_revision, shown_text.revision)).items
    )
    deleted_ids = [
        paragraph_id
        for dropped_ids in report.deleted_ids_by_previous_id.values()
        for paragraph_id in dropped_ids
    ]
    wordings = wordings_with_paragraph_uuid(access).filter(
        revision=earlier_revision, paragraph__in=deleted_ids
    )
    deleted_paragraph_by_id = {
        wording.paragraph_id: shown_paragraph(wording, earlier_revision) for wording in wordings
    }
    return tuple(_paragraphs_in_order(shown_text.paragraphs, deleted_paragraph_by_id, report))


@dataclass(frozen=True, slots=True)
class _ChangeReport:
    """What is shown of each paragraph, by its id: its changes, and remarks on it.

    Deleted paragraphs, and remarks on where a paragraph stood, are kept by the id of the paragraph
    before that place; None at the beginning.
    """

    redline_by_paragraph_id: dict[int, Redline] = field(default_factory=dict)
    remarks_by_paragraph_id: defaultdict[int | None, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    new_ids: set[int] = field(default_factory=set)
    deleted_ids_by_previous_id: defaultdict[int | None, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, line: ChangeLine) -> None:
        """Add a change of the paragraphs that are there now, or else of those deleted.

        Where words changed and nothing else did, the redline says all, and no remark is added.
        """
        is_plain = line.kind == "reworded" and not line.difference.concordance_row.is_moved
        for changed_paragraph in line.later_paragraphs or line.earlier_paragraphs:
            paragraph_id = changed_paragraph.paragraph.paragraph_id
            if any(op != "=" for op, _words in changed_paragraph.redline):
                self.redline_by_paragraph_id[paragraph_id] = changed_paragraph.redline
            if not is_plain:
                self.remarks_by_paragraph_id[paragraph_id].append(f"{line.description}.")
            if line.kind == "new":
                self.new_ids.add(paragraph_id)


def _change_report(items: Iterable[ChangeLine | Fold | PositionNote]) -> _ChangeReport:
    """The report on the items of the page that compares two revisions, in order.

    A `Fold` is a stretch of unchanged paragraphs, a `PositionNote` the place where a paragraph
    stood or stands that another item shows.
    """
    report = _ChangeReport()
    last_paragraph_id: int | None = None
    for item in items:
        if isinstance(item, Fold):
            last_paragraph_id = item.lines[-1].paragraph.paragraph_id
        elif isinstance(item, PositionNote):
            if item.is_gone:
                report.remarks_by_paragraph_id[last_paragraph_id].append(item.sentence)
            else:
                last_paragraph_id = item.paragraph.paragraph_id
        else:
            report.add(item)
            if item.later_paragraphs:
                last_paragraph_id = item.later_paragraphs[-1].paragraph.paragraph_id
            else:
                report.deleted_ids_by_previous_id[last_paragraph_id] += [
                    changed_paragraph.paragraph.paragraph_id
                    for changed_paragraph in item.earlier_paragraphs
                ]
    return report


def _paragraphs_in_order(
    paragraphs: Iterable[ShownParagraph],
    deleted_paragraph_by_id: Mapping[int, ShownParagraph],
    report: _ChangeReport,
) -> Iterator[ShownParagraph]:
    """The paragraphs of the later text, and the deleted ones at their earlier places.

    Remarks that stand before the first paragraph are given to that paragraph.
    """
    deleted_before = [
        deleted_paragraph_by_id[deleted_id]
        for deleted_id in report.deleted_ids_by_previous_id.get(None, ())
    ]
    yield from (
        _with_changes(replace(deleted, is_struck=True), report) for deleted in deleted_before
    )
    first_remarks = report.remarks_by_paragraph_id.get(None, [])
    for paragraph in paragraphs:
        yield _with_changes(paragraph, report, first_remarks)
        deleted_behind = [
            deleted_paragraph_by_id[deleted_id]
            for deleted_id in report.deleted_ids_by_previous_id.get(paragraph.pk, ())
        ]
        yield from (
            _with_changes(replace(deleted, is_struck=True), report) for deleted in deleted_behind
        )
        first_remarks = []


def _with_changes(
    paragraph: ShownParagraph, report: _ChangeReport, first_remarks: Sequence[str] = ()
) -> ShownParagraph:
    """A paragraph with its changes, and the remarks on it in one text."""
    remarks = [*first_remarks, *report.remarks_by_paragraph_id.get(paragraph.pk, ())]
    return replace(
        paragraph,
        redline=report.redline_by_paragraph_id.get(paragraph.pk, ()),
        is_new=paragraph.pk in report.new_ids,
        remark=" ".join(remarks),
    )


def redlines_of(
    wording_pair_by_key: Mapping[int, tuple[HashedText, HashedText]],
) -> dict[int, Redline]:
    """The redline of each pair of circulated wordings, computed once and cached for all readers.

    By the keys that the caller gave the pairs.
    """
    cache_key_by_key = {
        key: f"redline:{COMPARISON_RELEASE}:{old.text_hash}:{new.text_hash}"
        for key, (old, new) in wording_pair_by_key.items()
    }
    cached_redlines: dict[str, Redline] = cache.get_many(cache_key_by_key.values())
    new_redlines: dict[str, Redline] = {
        cache_key_by_key[key]: redline(old.text, new.text)
        for key, (old, new) in wording_pair_by_key.items()
        if cache_key_by_key[key] not in cached_redlines
    }
    cache.set_many(new_redlines, timeout=REDLINES_CACHED_FOR)
    redline_by_cache_key = cached_redlines | new_redlines
    return {key: redline_by_cache_key[cache_key] for key, cache_key in cache_key_by_key.items()}
