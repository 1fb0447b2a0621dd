"""One revision beside an earlier one: every insertion, and every deletion too (domain, rule 13)."""

from collections.abc import Sequence
from dataclasses import replace

from django.core.cache import cache

from comments.reading.threads import ParagraphView, Text, paragraph_view, wordings_of
from consultations.access import Access
from drafts.differences import Redline, redline, restored
from drafts.models import Revision


def compared(access: Access, text: Text, other: Revision) -> tuple[ParagraphView, ...]:
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
        return replace(paragraph, pieces=(("+", paragraph.text),), is_new=True)
    if before.text == paragraph.text:
        return replace(paragraph, pieces=(), is_new=False)
    return replace(paragraph, is_new=False)


def _with_redlines(
    shown: Sequence[ParagraphView], before: dict[int, ParagraphView]
) -> list[ParagraphView]:
    changed = {p.key: p for p in shown if not p.is_new and p.text != before[p.key].text}
    keys = {key: f"redline:{before[key].text_hash}:{p.text_hash}" for key, p in changed.items()}
    kept = cache.get_many(keys.values())
    made: dict[str, Redline] = {
        keys[key]: redline(before[key].text, paragraph.text)
        for key, paragraph in changed.items()
        if keys[key] not in kept
    }
    cache.set_many(made, timeout=30 * 24 * 3600)
    found = kept | made
    return [replace(p, pieces=restored(found[keys[p.key]])) if p.key in keys else p for p in shown]


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
            struck = replace(paragraph, pieces=(("-", paragraph.text),), is_struck=True)
            after.setdefault(last, []).append(struck)
    rows = list(after.get(None, []))
    for paragraph in shown:
        rows += [paragraph, *after.get(paragraph.key, [])]
    return rows
