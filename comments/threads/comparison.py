"""One revision beside an earlier one: every insertion, and every deletion too (domain, rule 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from django.core.cache import cache

from comments.threads.threads import ParagraphView, Text, paragraph_view, wordings_of
from consultations.rules.access import Access
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

    Against the revision before, the redlines are those written at circulation. Any other pair is
    worked out once and kept under the hashes of both wordings: circulated words, open to all here.
    """
    before = {view.key: view for view in _views(access, other)}
    is_parent = other.number == text.revision.number - 1
    shown = [_beside(paragraph, before.get(paragraph.key)) for paragraph in text.paragraphs]
    if not is_parent:
        shown = _with_redlines(shown, before)
    return tuple(_with_dropped(shown, list(before.values())))


def _views(access: Access, revision: Revision) -> list[ParagraphView]:
    rows = wordings_of(access).filter(revision=revision).order_by("place")
    return [paragraph_view(row, revision) for row in rows]


def _beside(paragraph: ParagraphView, before: ParagraphView | None) -> ParagraphView:
    if before is None:
        return replace(paragraph, redline=(("+", paragraph.text),), is_new=True)
    if before.text == paragraph.text:
        return replace(paragraph, redline=(), is_new=False)
    return replace(paragraph, is_new=False)


def _with_redlines(
    shown: Sequence[ParagraphView], before: dict[int, ParagraphView]
) -> list[ParagraphView]:
    changed = {p.key: p for p in shown if not p.is_new and p.text != before[p.key].text}
    found = redlines_of({key: (before[key], p) for key, p in changed.items()})
    return [replace(p, redline=found[p.key]) if p.key in found else p for p in shown]


def redlines_of(pairs: Mapping[int, tuple[HashedText, HashedText]]) -> dict[int, Redline]:
    """The redline of each pair of circulated wordings, worked out once for all who read them."""
    keys = {key: f"redline:{old.text_hash}:{new.text_hash}" for key, (old, new) in pairs.items()}
    kept = cache.get_many(keys.values())
    made: dict[str, Redline] = {
        keys[key]: redline(old.text, new.text)
        for key, (old, new) in pairs.items()
        if keys[key] not in kept
    }
    cache.set_many(made, timeout=30 * 24 * 3600)
    found = kept | made
    return {key: restored(found[name]) for key, name in keys.items()}


def _with_dropped(
    shown: Sequence[ParagraphView], before: Sequence[ParagraphView]
) -> list[ParagraphView]:
    """What was dropped stands where it stood: after the paragraph that came before it."""
    standing = {paragraph.key for paragraph in shown}
    after: dict[int | None, list[ParagraphView]] = {}
    last: int | None = None
    for paragraph in before:
        if paragraph.key in standing:
            last = paragraph.key
        else:
            struck = replace(paragraph, redline=(("-", paragraph.text),), is_struck=True)
            after.setdefault(last, []).append(struck)
    rows = list(after.get(None, []))
    for paragraph in shown:
        rows += [paragraph, *after.get(paragraph.key, [])]
    return rows
