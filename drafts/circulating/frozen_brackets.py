"""The brackets that go out with a revision, and who asked for them then."""

from collections.abc import Iterable, Mapping, Sequence

from drafts.models import Bracket, BracketAsker, CirculatedBracket, Draft, Revision, Wording


def freeze_brackets(draft: Draft, wordings: Sequence[Wording]) -> None:
    """Keep each open bracket of the working text beside the wording: four queries at most."""
    by_paragraph = {wording.paragraph_id: wording for wording in wordings}
    standing = Bracket.objects.open_in(draft).filter(paragraph__in=by_paragraph)
    rows = {
        bracket.pk: CirculatedBracket(
            wording=by_paragraph[bracket.paragraph_id],
            bracket=bracket,
            start=bracket.start,
            end=bracket.end,
        )
        for bracket in standing
    }
    if rows:
        asked = BracketAsker.objects.in_effect().filter(bracket__in=rows)
        _write(rows, asked.values_list("bracket_id", "seat_id"))


def freeze_again(previous: Revision, wordings: Iterable[Wording]) -> None:
    """The same brackets for a text that is said once more, in the same words."""
    by_paragraph = {wording.paragraph_id: wording for wording in wordings}
    standing = CirculatedBracket.objects.of(previous).select_related("wording")
    rows, kept = {}, {}
    for row in standing:
        kept[row.pk] = row.bracket_id
        rows[row.bracket_id] = CirculatedBracket(
            wording=by_paragraph[row.wording.paragraph_id],
            bracket_id=row.bracket_id,
            start=row.start,
            end=row.end,
        )
    if rows:
        seats = CirculatedBracket.seats.through.objects.filter(circulatedbracket__in=kept)
        pairs = seats.values_list("circulatedbracket_id", "seat_id")
        _write(rows, ((kept[key], seat) for key, seat in pairs))


def _write(rows: Mapping[int, CirculatedBracket], asked: Iterable[tuple[int, int]]) -> None:
    """Write them, and the seats that asked, each once a bracket."""
    CirculatedBracket.objects.bulk_create(rows.values(), batch_size=500)
    link = CirculatedBracket.seats.through
    link.objects.bulk_create(
        [
            link(circulatedbracket_id=rows[bracket].pk, seat_id=seat)
            for bracket, seat in sorted(set(asked))
        ],
        batch_size=500,
    )
