"""The acts on brackets of the working text: put, lifted, narrowed, split, widened by a choice."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from delegations.history import write
from drafts.desk.bracket_objects import BracketWork
from drafts.desk.editing import StaleVersion, checked_text
from drafts.desk.steps import recorded_step
from drafts.models import Bracket, BracketAsker, LiftKind, Paragraph, StepKind
from drafts.readers.opening import opening_words
from drafts.words.alternatives import BracketChoice, choice_of, with_another
from drafts.words.bracket_places import (
    Moved,
    Splice,
    moved_by_splices,
    with_places_set,
    with_splices,
)
from drafts.words.brackets import Pair, brackets_in, cuts_through

NO_PLACES: Mapping[int, int] = {}


@transaction.atomic
def put_bracket(
    *,
    access: Access,
    paragraph: Paragraph,
    version: int,
    start: int,
    end: int,
    askers: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Set brackets around a stretch of the words: characters `start` to `end` of the text.

    Raises ValidationError where the stretch cuts through another bracket, `StaleVersion` where
    somebody saved since `version`.
    """
    _require_here(access, askers, meeting)
    with _words_step(access, paragraph, version, StepKind.PUT_BRACKET) as (work, stored):
        text = stored.text
        start, end = _without_spaces(text, start, end)
        _require_nested(text, start, end)
        splices = [Splice(start, start, "["), Splice(end, end, "]")]
        work.askers, work.meeting = askers, meeting
        _rewrite(access, stored, work, splices, new=(start, end + 1))
    rows = Bracket.objects.select_related("paragraph__draft", "meeting")
    return rows.get(paragraph=stored, start=start, end=end + 1, is_open=True)


@transaction.atomic
def add_alternative(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    words: str,
    askers: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Add words that may stand in the place of those in the bracket; they are the askers' words."""
    _require_here(access, askers, meeting)
    words = words.strip()
    if not words or not brackets_in(words).is_sound:
        raise ValidationError({"words": _("Give words in which every bracket has a partner.")})
    kind = StepKind.ADD_ALTERNATIVE
    with _words_step(access, bracket.paragraph, version, kind) as (work, stored):
        pair = _pair_of(bracket)
        splices = with_another(stored.text, brackets_in(stored.text).pairs, pair, words)
        work.meeting, work.asked_words = meeting, words
        if splices[-1].start == pair[1]:
            work.asked = [(bracket, seat, words) for seat in askers]
        else:  # in a bracket of its own beside the others
            work.askers = askers
        _rewrite(access, stored, work, splices)
    return _again(bracket)


@transaction.atomic
def lift_bracket(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    how: str,
    alternative: int = 0,
    whose: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Take a bracket away: its words stay, go, or one alternative (counted from 0) stays.

    `whose` are the delegations in whose words it ended; where none is named, those that asked for
    the words that stay.
    """
    _require_here(access, whose, meeting)
    kind = StepKind.LIFT_BRACKET
    with _words_step(access, bracket.paragraph, version, kind) as (work, stored):
        text, pair = stored.text, _pair_of(bracket)
        choice = choice_of(text, brackets_in(text).pairs, pair)
        splices, words = _lifted(text, pair, choice, how, alternative)
        ended = _ended_by(stored, pair, choice if how == LiftKind.CHOSEN else None)
        work.meeting, work.how = meeting, how
        work.words = {one.pk: words for one in ended}
        work.whose = whose or _who_asked_for(text, ended, words)
        _rewrite(access, stored, work, splices)
    return _again(bracket)


@transaction.atomic
def narrow_bracket(
    *, access: Access, bracket: Bracket, version: int, start: int, end: int
) -> Bracket:
    """Leave in brackets only a part of the words, characters `start` to `end` of the text."""
    kind = StepKind.NARROW_BRACKET
    with _words_step(access, bracket.paragraph, version, kind) as (work, stored):
        text, (opens, closes) = stored.text, _pair_of(bracket)
        start, end = _without_spaces(text, start, end)
        if not opens < start < end <= closes:
            raise ValidationError(_("Choose words inside this bracket."))
        if (start, end) == (opens + 1, closes):
            raise ValidationError(_("These are all its words. Choose fewer."))
        _require_nested(text, start, end)
        splices = [
            Splice(opens, opens + 1),
            Splice(start, start, text[opens]),
            Splice(end, end, text[closes]),
            Splice(closes, closes + 1),
        ]
        _rewrite(access, stored, work, splices, places={opens: start - 1, closes: end})
    return _again(bracket)


@transaction.atomic
def split_bracket(*, access: Access, bracket: Bracket, version: int, at: int) -> Bracket:
    """Make two brackets of one, cut before character `at` of the text; both have its askers."""
    kind = StepKind.SPLIT_BRACKET
    with _words_step(access, bracket.paragraph, version, kind) as (work, stored):
        text, (opens, closes) = stored.text, _pair_of(bracket)
        left, right = text[opens + 1 : at], text[at:closes]
        if not opens < at < closes or not left.strip() or not right.strip():
            raise ValidationError(_("Choose a place between words of this bracket."))
        _require_nested(text, opens + 1, at)
        end = at - (len(left) - len(left.rstrip()))
        begin = at + (len(right) - len(right.lstrip()))
        splices = [Splice(end, end, text[closes]), Splice(begin, begin, text[opens])]
        work.split_from, work.meeting = bracket, bracket.meeting
        work.askers = [asker.seat for asker in _askers(bracket)]
        _rewrite(access, stored, work, splices, places={closes: end})
    return _again(bracket)


@transaction.atomic
def name_askers(
    *, access: Access, bracket: Bracket, seats: Sequence[Seat], meeting: Meeting | None = None
) -> Bracket:
    """Say who asks for a bracket: these delegations and groups, and no others."""
    _require_here(access, seats, meeting)
    paragraph = bracket.paragraph
    with recorded_step(access, paragraph.draft, StepKind.NAME_ASKERS, of=[paragraph]) as work:
        _pair_of(bracket)
        known = list(_askers(bracket))
        named, wanted = {one.seat_id for one in known}, {seat.pk for seat in seats}
        work.meeting = meeting
        work.asked = [(bracket, seat, "") for seat in seats if seat.pk not in named]
        work.dropped = [one for one in known if one.seat_id not in wanted]
        if not work.names_anybody:
            raise ValidationError(_("They are named already."))
    return _again(bracket)


# --- What the acts share --------------------------------------------------------------------------


@contextmanager
def _words_step(
    access: Access, paragraph: Paragraph, version: int, kind: str
) -> Iterator[tuple[BracketWork, Paragraph]]:
    """The step, and the paragraph as it is stored, once its version is that which was shown."""
    with recorded_step(access, paragraph.draft, kind) as work:
        rows = Paragraph.objects.in_force().select_related("draft", "parent")
        stored = rows.filter(pk=paragraph.pk).first()
        if stored is None:
            raise ValidationError(_("This paragraph is deleted. Restore it first."))
        if stored.version != version:
            raise StaleVersion(stored)
        yield work, stored


def _rewrite(
    access: Access,
    stored: Paragraph,
    work: BracketWork,
    splices: Sequence[Splice],
    *,
    new: Pair | None = None,
    places: Mapping[int, int] = NO_PLACES,
) -> None:
    """Write the changed words, and tell where each sign of theirs went."""
    before, text = stored.text, checked_text(with_splices(stored.text, splices))
    moved = with_places_set(moved_by_splices(splices), places)
    _require_kept(before, text, moved, new)
    work.moved[str(stored.public_id)] = moved
    stored.opening = _opening_in(stored, text, moved)
    stored.text = text
    stored.version += 1
    write(stored, by=access)


def _require_kept(before: str, after: str, moved: Moved, new: Pair | None) -> None:
    """Every bracket that was not taken away is one still, and what was put has become one."""
    was, now = brackets_in(before), brackets_in(after)
    signs = [(moved(start), moved(end)) for start, end in was.pairs]
    kept = {pair for pair in signs if None not in pair}
    is_broken = any((start is None) != (end is None) for start, end in signs)
    lone = len(now.alone) + len(now.crossing) > len(was.alone) + len(was.crossing)
    if is_broken or lone or not kept <= set(now.pairs) or (new and new not in now.pairs):
        raise ValidationError(
            _("A bracket without a partner stands there. Mend it in the words first."),
            code="crossing",
        )


def _opening_in(stored: Paragraph, text: str, moved: Moved) -> str:
    """The opening words, with the signs that now stand among them."""
    if not stored.opening or text.startswith(stored.opening):
        return stored.opening
    last = moved(len(stored.opening) - 1)
    if last is not None and last < 200:
        return text[: last + 1]
    return opening_words(text, stored.kind)  # type: ignore[arg-type]


def _without_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the spaces at its ends; ValidationError where it holds no words."""
    words = text[start:end] if 0 <= start < end <= len(text) else ""
    if not words.strip():
        raise ValidationError(_("Choose the words first."))
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))


def _require_nested(text: str, start: int, end: int) -> None:
    if cuts_through(brackets_in(text).pairs, start, end):
        raise ValidationError(
            _("These words begin in one bracket and end in another. Choose whole brackets."),
            code="crossing",
        )


def _lifted(
    text: str, pair: Pair, choice: BracketChoice | None, how: str, alternative: int
) -> tuple[list[Splice], str]:
    """The change that lifts a bracket, and the words that then stand there."""
    start, end = pair
    if how == LiftKind.KEPT:
        return [Splice(start, start + 1), Splice(end, end + 1)], text[start + 1 : end]
    if how == LiftKind.DROPPED:
        return [Splice(*_with_a_space(text, start, end + 1))], ""
    if how != LiftKind.CHOSEN or choice is None or alternative >= len(choice.alternatives):
        raise ValidationError(_("Choose one of its alternatives."))
    chosen = choice.alternatives[alternative]
    return list(choice.splices_for(chosen)), text[chosen.start : chosen.end]


def _with_a_space(text: str, start: int, end: int) -> tuple[int, int]:
    """What is dropped takes along the space that would stand twice, or before a full stop."""
    follows = text[end : end + 1]
    if start and text[start - 1] == " " and (not follows or follows in " ,.;:"):
        return start - 1, end
    return (start, end + 1) if not start and follows == " " else (start, end)


def _ended_by(stored: Paragraph, pair: Pair, choice: BracketChoice | None) -> list[Bracket]:
    """The bracket itself; of options that stand side by side all."""
    opens = stored.brackets.filter(is_open=True)
    if choice is None or (choice.start == pair[0] and choice.end == pair[1] + 1):
        return list(opens.filter(start=pair[0]))
    inside = [option.start for option in choice.alternatives]
    row = [one for one in opens if choice.start <= one.start and one.end < choice.end]
    return [one for one in row if _is_around_one(one, row, inside)]


def _is_around_one(one: Bracket, row: Sequence[Bracket], inside: Sequence[int]) -> bool:
    is_outer = not any(other.start < one.start and one.end < other.end for other in row)
    return is_outer and any(one.start < place <= one.end for place in inside)


def _who_asked_for(text: str, ended: Sequence[Bracket], words: str) -> list[Seat]:
    """Those who asked for these very words; of options side by side also for the one that stays."""
    found: dict[int, Seat] = {}
    for bracket in ended:
        held = text[bracket.start + 1 : bracket.end].strip()
        is_option = len(ended) > 1 and held.endswith(words)
        for asker in _askers(bracket) if words else ():
            if asker.words == words or (is_option and not asker.words):
                found[asker.seat_id] = asker.seat
    return list(found.values())


def _askers(bracket: Bracket) -> QuerySet[BracketAsker]:
    return bracket.askers.in_effect().select_related("seat")


def _pair_of(bracket: Bracket) -> Pair:
    """Where it stands by now; ValidationError where it was lifted meanwhile."""
    stored = _again(bracket)
    if not stored.is_open:
        raise ValidationError(_("This bracket was lifted already."))
    return stored.start, stored.end


def _again(bracket: Bracket) -> Bracket:
    return Bracket.objects.select_related("paragraph__draft", "meeting").get(pk=bracket.pk)


def _require_here(access: Access, seats: Sequence[Seat], meeting: Meeting | None) -> None:
    """Raise ValidationError where a delegation or the meeting is of another consultation."""
    here = access.consultation.pk
    if any(seat.consultation_id != here for seat in seats):
        raise ValidationError(_("This delegation has no seat in your consultation."))
    if meeting and meeting.consultation_id != here:
        raise ValidationError(_("This meeting belongs to another consultation."))
