"""Bracket objects set as a step recorded them, when it is undone or redone."""

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drafts.desk.bracket_objects import (
    BracketPlaces,
    FieldsByPublicId,
    ParagraphFields,
    places_of,
)
from drafts.models import Bracket, Paragraph
from drafts.words.bracket_places import match_pairs
from drafts.words.brackets import brackets_in, has_brackets


def restore_brackets(
    paragraph_by_public_id: Mapping[str, Paragraph],
    expected_fields_by_public_id: FieldsByPublicId,
    target_fields_by_public_id: FieldsByPublicId,
) -> None:
    """Set the bracket objects as a step recorded them, when it is undone or redone.

    The words of its paragraphs are already set. `expected_fields_by_public_id` is what the step
    recorded of each paragraph for its state until now, `target_fields_by_public_id` for the one it
    returns to. `paragraph_by_public_id` holds all paragraphs of the text. Raises ValidationError
    where a later step put or lifted brackets in one of its paragraphs.
    """
    recorded_public_ids = [
        public_id
        for public_id in expected_fields_by_public_id
        if _recorded_places(expected_fields_by_public_id[public_id]) is not None
        or _recorded_places(target_fields_by_public_id[public_id]) is not None
    ]
    # A step from before brackets were objects did not record them: they are read in its words.
    unrecorded_public_ids = [
        public_id
        for public_id in expected_fields_by_public_id
        if public_id not in recorded_public_ids
        and _may_touch_brackets(
            paragraph_by_public_id[public_id],
            expected_fields_by_public_id[public_id],
            target_fields_by_public_id[public_id],
        )
    ]
    if not recorded_public_ids and not unrecorded_public_ids:
        return
    open_brackets_by_public_id: dict[str, list[Bracket]] = {
        public_id: [] for public_id in (*recorded_public_ids, *unrecorded_public_ids)
    }
    public_id_by_id = {
        paragraph_by_public_id[public_id].pk: public_id for public_id in open_brackets_by_public_id
    }
    stored_brackets = Bracket.objects.filter(paragraph__in=public_id_by_id, is_open=True)
    for bracket in stored_brackets.order_by("start"):
        open_brackets_by_public_id[public_id_by_id[bracket.paragraph_id]].append(bracket)
    for public_id in recorded_public_ids:
        recorded_places = _recorded_places(expected_fields_by_public_id[public_id]) or []
        if places_of(open_brackets_by_public_id[public_id]) != recorded_places:
            paragraph = paragraph_by_public_id[public_id]
            raise ValidationError(
                _("A later step changed brackets in “%(words)s…”. Undo that one first.")
                % {"words": paragraph.label or paragraph.text[:40]}
            )
    bracket_by_public_id = {
        str(bracket.public_id): bracket
        for public_id in recorded_public_ids
        for bracket in open_brackets_by_public_id[public_id]
    }
    # Closed first: those that the step recorded for the state it returns to are opened below.
    for bracket in bracket_by_public_id.values():
        bracket.is_open = False
    target_by_bracket_public_id = {
        bracket_public_id: (paragraph_by_public_id[public_id], start, end)
        for public_id in recorded_public_ids
        for bracket_public_id, start, end in _recorded_places(target_fields_by_public_id[public_id])
        or []
    }
    closed_brackets = Bracket.objects.filter(
        public_id__in=target_by_bracket_public_id.keys() - bracket_by_public_id.keys()
    )
    bracket_by_public_id |= {str(bracket.public_id): bracket for bracket in closed_brackets}
    for bracket_public_id, (paragraph, start, end) in target_by_bracket_public_id.items():
        bracket = bracket_by_public_id[bracket_public_id]
        bracket.paragraph, bracket.start, bracket.end = paragraph, start, end
        bracket.is_open = True
    changed_brackets = list(bracket_by_public_id.values())
    new_brackets = [
        bracket
        for public_id in unrecorded_public_ids
        for bracket in _brackets_from_words(
            paragraph_by_public_id[public_id],
            open_brackets_by_public_id[public_id],
            expected_fields_by_public_id[public_id],
            changed_brackets,
        )
    ]
    bracket_fields = ["paragraph", "start", "end", "is_open"]
    Bracket.objects.bulk_update(changed_brackets, bracket_fields, batch_size=500)
    Bracket.objects.bulk_create(new_brackets, batch_size=500)


def _recorded_places(fields: ParagraphFields | None) -> BracketPlaces | None:
    """The places that a step recorded; None where it recorded none, or no paragraph was there."""
    return None if fields is None else fields.get("brackets")


def _may_touch_brackets(paragraph: Paragraph, *recorded_fields: ParagraphFields | None) -> bool:
    """Whether a recorded change of the paragraph may touch square brackets.

    Where brackets stand in the words that the step recorded, or in those of a paragraph that the
    step brings into the text or takes out of it.
    """
    texts = [str(fields.get("text", "")) for fields in recorded_fields if fields]
    enters_or_leaves_text = any(
        fields is None or "struck_at" in fields for fields in recorded_fields
    )
    return any(map(has_brackets, texts)) or (enters_or_leaves_text and has_brackets(paragraph.text))


def _brackets_from_words(
    paragraph: Paragraph,
    open_brackets: Sequence[Bracket],
    expected_fields: ParagraphFields | None,
    changed_brackets: list[Bracket],
) -> Iterator[Bracket]:
    """Fit bracket objects to the words, where the step recorded none; yields the new objects.

    The objects that it changes are added to `changed_brackets`.
    """
    is_in_force = paragraph.struck_at is None and paragraph.discarded_at is None
    text = paragraph.text if is_in_force else ""
    # Where the step recorded no words, they are the same before and after.
    text_before = str((expected_fields or {}).get("text", paragraph.text))
    pairs = brackets_in(text).pairs
    bracket_by_pair = {(bracket.start, bracket.end): bracket for bracket in open_brackets}
    new_pair_by_old_pair = match_pairs(text_before, text, list(bracket_by_pair), pairs)
    for pair, bracket in bracket_by_pair.items():
        bracket.is_open = pair in new_pair_by_old_pair
        bracket.start, bracket.end = new_pair_by_old_pair.get(pair, pair)
        changed_brackets.append(bracket)
    matched_pairs = set(new_pair_by_old_pair.values())
    for start, end in pairs:
        if (start, end) not in matched_pairs:
            yield Bracket(paragraph=paragraph, start=start, end=end)
