"""Keeps the brackets that are circulated with a revision, and who asked for them then."""

from collections.abc import Iterable, Mapping, Sequence

from drafts.models import Bracket, BracketAsker, CirculatedBracket, Draft, Revision, Wording


def freeze_brackets(draft: Draft, wordings: Sequence[Wording]) -> None:
    """Keep each open bracket of the working text beside the wording: four queries at most."""
    by_paragraph = {wording.paragraph_id: wording for wording in wordings}
    open_brackets = Bracket.objects.open_in(draft).filter(paragraph__in=by_paragraph)
    rows = {
        bracket.pk: CirculatedBracket(
            wording=by_paragraph[bracket.paragraph_id],
            bracket=bracket,
            start=bracket.start,
            end=bracket.end,
        )
        for bracket in open_brackets
    }
    if rows:
        asked = BracketAsker.objects.in_effect().filter(bracket__in=rows)
        _write_with_seats(rows, asked.values_list("bracket_id", "seat_id"))


def repeat_brackets(previous: Revision, wordings: Iterable[Wording]) -> None:
    """Keep the brackets of the previous revision for one with the same words."""
    by_paragraph = {wording.paragraph_id: wording for wording in wordings}
    previous_rows = CirculatedBracket.objects.of(previous).select_related("wording")
    rows, bracket_keys = {}, {}
    for row in previous_rows:
        bracket_keys[row.pk] = row.bracket_id
        rows[row.bracket_id] = CirculatedBracket(
            wording=by_paragraph[row.wording.paragraph_id],
            bracket_id=row.bracket_id,
            start=row.start,
            end=row.end,
        )
    if rows:
        seats = CirculatedBracket.seats.through.objects.filter(circulatedbracket__in=bracket_keys)
        pairs = seats.values_list("circulatedbracket_id", "seat_id")
        _write_with_seats(rows, ((bracket_keys[key], seat) for key, seat in pairs))


def _write_with_seats(
    rows: Mapping[int, CirculatedBracket], asked: Iterable[tuple[int, int]]
) -> None:
    """Write the brackets, and the seats that asked, each once for a bracket."""
    CirculatedBracket.objects.bulk_create(rows.values(), batch_size=500)
    link = CirculatedBracket.seats.through
    link.objects.bulk_create(
        [
            link(circulatedbracket_id=rows[bracket].pk, seat_id=seat)
            for bracket, seat in sorted(set(asked))
        ],
        batch_size=500,
    )
