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


def compare_views(access: Access, text: Text, other: Revision) -> tuple[ParagraphView, ...]:
    """The text with its changes against an earlier revision; what was dropped stands struck.

    What became of each paragraph is told as the page that compares tells it.
    """
    account = _account_of(page_of(cached_comparison(other, text.revision)).items)
    keys = [key for dropped in account.dropped.values() for key in dropped]
    rows = wordings_of(access).filter(revision=other, paragraph__in=keys)
    gone = {row.paragraph_id: paragraph_view(row, other) for row in rows}
    return tuple(_in_order(text.paragraphs, gone, account))


@dataclass(frozen=True, slots=True)
class _Account:
    """What is shown of each paragraph, by its key: its changes, and what is said of it.

    `dropped` are those that stand no more, by the one they followed (None: at the beginning).
    """

    changes: dict[int, Redline] = field(default_factory=dict)
    remarks: defaultdict[int | None, list[str]] = field(default_factory=lambda: defaultdict(list))
    new: set[int] = field(default_factory=set)
    dropped: defaultdict[int | None, list[int]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, line: ComparisonLine) -> None:
        """A change: of each paragraph that it left, or of the one that it dropped."""
        is_plain = line.how == "reworded" and not line.difference.row.is_moved
        for cell in line.now or line.then:
            if any(op != "=" for op, _words in cell.ops):
                self.changes[cell.paragraph.key] = cell.ops
            if not is_plain:
                self.remarks[cell.paragraph.key].append(f"{line.what}.")
            if line.how == "new":
                self.new.add(cell.paragraph.key)


def _account_of(items: Iterable[ComparisonLine | Fold | Trace]) -> _Account:
    account = _Account()
    last: int | None = None
    for item in items:
        if isinstance(item, Fold):
            last = item.rows[-1].paragraph.key
        elif isinstance(item, Trace):
            if item.is_gone:
                account.remarks[last].append(item.sentence)
            else:
                last = item.paragraph.key
        else:
            account.tell(item)
            if item.now:
                last = item.now[-1].paragraph.key
            else:
                account.dropped[last] += [cell.paragraph.key for cell in item.then]
    return account


def _in_order(
    paragraphs: Iterable[ParagraphView], gone: Mapping[int, ParagraphView], account: _Account
) -> Iterator[ParagraphView]:
    """The later text; what was dropped stands where it stood."""
    before = [gone[key] for key in account.dropped.get(None, ())]
    yield from (_told(replace(view, is_struck=True), account) for view in before)
    said_first = account.remarks.get(None, [])
    for paragraph in paragraphs:
        yield _told(paragraph, account, said_first)
        behind = [gone[key] for key in account.dropped.get(paragraph.key, ())]
        yield from (_told(replace(view, is_struck=True), account) for view in behind)
        said_first = []


def _told(
    paragraph: ParagraphView, account: _Account, said_first: Sequence[str] = ()
) -> ParagraphView:
    remarks = [*said_first, *account.remarks.get(paragraph.key, ())]
    return replace(
        paragraph,
        redline=account.changes.get(paragraph.key, ()),
        is_new=paragraph.key in account.new,
        remark=" ".join(remarks),
    )


def redlines_of(pairs: Mapping[int, tuple[HashedText, HashedText]]) -> dict[int, Redline]:
    """The redline of each pair of circulated wordings, worked out once for all who read them."""
    keys = {
        key: f"redline:{RELEASE}:{old.text_hash}:{new.text_hash}"
        for key, (old, new) in pairs.items()
    }
    kept = cache.get_many(keys.values())
    made: dict[str, Redline] = {
        keys[key]: redline(old.text, new.text)
        for key, (old, new) in pairs.items()
        if keys[key] not in kept
    }
    cache.set_many(made, timeout=30 * 24 * 3600)
    found = kept | made
    return {key: restored(found[name]) for key, name in keys.items()}
