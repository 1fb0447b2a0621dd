"""Keeps the brackets that are circulated with a revision, and who asked for them then.

Brackets hold words that are not agreed; an asker is a delegation or group that asks for one.
"""

from collections.abc import Iterable, Mapping, Sequence

from drafts.models import Bracket, BracketAsker, CirculatedBracket, Draft, Revision, Wording


def freeze_brackets(draft: Draft, wordings: Sequence[Wording]) -> None:
    """Keep each open bracket with the new wording of its paragraph: four queries at most."""
    wording_by_paragraph_id = {wording.paragraph_id: wording for wording in wordings}
    open_brackets = Bracket.objects.open_in(draft).filter(paragraph__in=wording_by_paragraph_id)
    circulated_bracket_by_bracket_id = {
        bracket.pk: CirculatedBracket(
            wording=wording_by_paragraph_id[bracket.paragraph_id],
            bracket=bracket,
            start=bracket.start,
            end=bracket.end,
        )
        for bracket in open_brackets
    }
    if circulated_bracket_by_bracket_id:
        askers = BracketAsker.objects.in_force().filter(
            bracket__in=circulated_bracket_by_bracket_id
        )
        _write_with_seats(
            circulated_bracket_by_bracket_id, askers.values_list("bracket_id", "seat_id")
        )


def repeat_brackets(previous: Revision, wordings: Iterable[Wording]) -> None:
    """Keep the brackets of the previous revision for the next one, which has the same words."""
    wording_by_paragraph_id = {wording.paragraph_id: wording for wording in wordings}
    previous_brackets = CirculatedBracket.objects.of_revision(previous).select_related("wording")
    circulated_bracket_by_bracket_id, bracket_id_by_previous_id = {}, {}
    for previous_bracket in previous_brackets:
        bracket_id_by_previous_id[previous_bracket.pk] = previous_bracket.bracket_id
        circulated_bracket_by_bracket_id[previous_bracket.bracket_id] = CirculatedBracket(
            wording=wording_by_paragraph_id[previous_bracket.wording.paragraph_id],
            bracket_id=previous_bracket.bracket_id,
            start=previous_bracket.start,
            end=previous_bracket.end,
        )
    if circulated_bracket_by_bracket_id:
        seat_links = CirculatedBracket.seats.through.objects.filter(
            circulatedbracket__in=bracket_id_by_previous_id
        )
        previous_and_seat_ids = seat_links.values_list("circulatedbracket_id", "seat_id")
        _write_with_seats(
            circulated_bracket_by_bracket_id,
            (
                (bracket_id_by_previous_id[previous_id], seat_id)
                for previous_id, seat_id in previous_and_seat_ids
            ),
        )


def _write_with_seats(
    circulated_bracket_by_bracket_id: Mapping[int, CirculatedBracket],
    bracket_and_seat_ids: Iterable[tuple[int, int]],
) -> None:
    """Write the brackets (by bracket id), and who asked: pairs of bracket id and seat id."""
    CirculatedBracket.objects.bulk_create(circulated_bracket_by_bracket_id.values(), batch_size=500)
    seat_link_model = CirculatedBracket.seats.through
    seat_link_model.objects.bulk_create(
        # Each pair once: a delegation may have asked for several alternatives of one bracket.
        [
            seat_link_model(
                circulatedbracket_id=circulated_bracket_by_bracket_id[bracket_id].pk,
                seat_id=seat_id,
            )
            for bracket_id, seat_id in sorted(set(bracket_and_seat_ids))
        ],
        batch_size=500,
    )
