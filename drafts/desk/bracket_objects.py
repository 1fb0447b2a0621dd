"""Brackets kept in step with the words: after every act signs and objects agree.

Read off the words before an act and after it, like all that a step keeps. An act that set signs
itself says where each of them went; else the differences of the words tell.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from drafts.desk.running_meeting import running_meetings
from drafts.models import Bracket, BracketAsker, BracketLift, DeskStep, Draft, LiftKind, Paragraph
from drafts.words.bracket_places import Moved, match_pairs, moved_by_words
from drafts.words.brackets import brackets_in, has_brackets

type State = Mapping[str, Any]
type States = Mapping[str, State | None]
# Public id and the places of both signs of each open bracket of a paragraph.
type Places = list[list[Any]]
type MeetingOf = Callable[[Bracket], Meeting | None]


@dataclass
class BracketWork:
    """What an act says of brackets beside the words; plain editing says nothing."""

    # Public id of a paragraph → where its signs went.
    moved: dict[str, Moved] = field(default_factory=dict)
    meeting: Meeting | None = None
    askers: Sequence[Seat] = ()
    asked_words: str = ""
    split_from: Bracket | None = None
    how: str = LiftKind.EDITED
    # Brackets that an act lifts by name, as against those that went with their words.
    words: Mapping[int, str] = field(default_factory=dict)
    whose: Sequence[Seat] = ()
    asked: Sequence[tuple[Bracket, Seat, str]] = ()
    dropped: Sequence[BracketAsker] = ()

    def how_ended(self, bracket: Bracket) -> str:
        """As the act says; what went with the words around it was dropped."""
        if not self.words or bracket.pk in self.words:
            return self.how
        return LiftKind.DROPPED

    @property
    def names_anybody(self) -> bool:
        return bool(self.asked or self.dropped)


@dataclass
class BracketPlan:
    """What becomes of the objects; `before` and `after` are their places, by paragraph."""

    before: dict[str, Places] = field(default_factory=dict)
    after: dict[str, Places] = field(default_factory=dict)
    moved: list[Bracket] = field(default_factory=list)
    put: list[Bracket] = field(default_factory=list)
    lifts: list[BracketLift] = field(default_factory=list)


@dataclass
class _Left:
    """What is not matched in one paragraph: objects without signs, signs without an object."""

    old: list[Bracket]
    new: list[tuple[int, int]]
    before: str
    after: str

    def held(self, bracket: Bracket) -> str:
        """What stood between the signs of one that is not matched."""
        return self.before[bracket.start + 1 : bracket.end]


def plan_brackets(
    draft: Draft,
    before: Mapping[str, State],
    after: Mapping[str, State],
    links: Iterable[tuple[str, str, str]],
    work: BracketWork,
) -> BracketPlan:
    """What becomes of the brackets of the paragraphs whose words an act changed.

    No query where no sign is touched, else at most three. `links` are the new ones of the lineage:
    what a paragraph lost and one that follows it gained is the same bracket. Raises ValidationError
    where an act would leave its own signs without a partner.
    """
    words = {key: (_standing(before.get(key)), _standing(after[key])) for key in after}
    changed = [
        key
        for key, (old, new) in words.items()
        if old != new and (has_brackets(old) or has_brackets(new))
    ]
    plan = BracketPlan()
    if not changed:
        return plan
    rows = {str(row.public_id): row for row in draft.paragraphs.filter(public_id__in=changed)}
    keys = {row.pk: key for key, row in rows.items()}
    opens: dict[str, list[Bracket]] = {key: [] for key in changed}
    for bracket in Bracket.objects.open_in(draft).filter(paragraph__in=keys):
        opens[keys[bracket.paragraph_id]].append(bracket)
    left: dict[str, _Left] = {}
    for key in changed:
        plan.before[key] = _places(opens[key])
        plan.after[key] = []
        old_words, new_words = words[key]
        left[key] = _follow(plan, key, opens[key], old_words, new_words, work.moved.get(key))
    _hand_on(plan, left, rows, links)
    _stand_again(plan, left, rows, [key for key in changed if not words[key][0]])
    for key, remains in left.items():
        _put(plan, key, rows[key], remains, work)
        plan.lifts += _lifts(remains, is_gone=_is_struck(after[key]), work=work)
        plan.after[key].sort(key=lambda place: place[1])
    return plan


def _standing(state: State | None) -> str:
    """The words in which brackets count: those of a struck paragraph are nobody's wish."""
    return "" if state is None or state["struck_at"] else str(state["text"])


def _is_struck(state: State) -> bool:
    return bool(state["struck_at"])


def _places(brackets: Iterable[Bracket]) -> Places:
    return [[str(bracket.public_id), bracket.start, bracket.end] for bracket in brackets]


def _follow(
    plan: BracketPlan,
    key: str,
    brackets: Sequence[Bracket],
    before: str,
    after: str,
    told: Moved | None,
) -> _Left:
    """Those whose signs are still there move with their words."""
    pairs = brackets_in(after).pairs
    olds = {(bracket.start, bracket.end): bracket for bracket in brackets}
    found = match_pairs(before, after, list(olds), pairs, told)
    for old, new in found.items():
        _set(plan, key, olds[old], new)
    gone = [bracket for place, bracket in olds.items() if place not in found]
    taken = set(found.values())
    return _Left(gone, [pair for pair in pairs if pair not in taken], before, after)


def _set(plan: BracketPlan, key: str, bracket: Bracket, pair: tuple[int, int]) -> None:
    bracket.start, bracket.end = pair
    bracket.is_open = True
    plan.moved.append(bracket)
    plan.after[key].append([str(bracket.public_id), *pair])


def _hand_on(
    plan: BracketPlan,
    left: Mapping[str, _Left],
    rows: Mapping[str, Paragraph],
    links: Iterable[tuple[str, str, str]],
) -> None:
    """A split or a merge takes brackets along: those that hold the same words, in order."""
    for new, old, _how in sorted(links):
        if new not in left or old not in left:
            continue
        source, target = left[old], left[new]
        for pair in tuple(target.new):
            inside = target.after[pair[0] + 1 : pair[1]]
            bracket = next((one for one in source.old if source.held(one) == inside), None)
            if bracket is not None:
                source.old.remove(bracket)
                target.new.remove(pair)
                bracket.paragraph = rows[new]
                _set(plan, new, bracket, pair)


def _stand_again(
    plan: BracketPlan,
    left: Mapping[str, _Left],
    rows: Mapping[str, Paragraph],
    restored: Sequence[str],
) -> None:
    """A paragraph that is restored has the brackets again with which it was struck."""
    wanting = [key for key in restored if left[key].new and rows[key].pk]
    if not wanting:
        return
    struck = Bracket.objects.filter(
        paragraph__in=[rows[key] for key in wanting],
        is_open=False,
        lifts__how=LiftKind.STRUCK,
        lifts__step__undone_at=None,
    )
    known = {(row.paragraph_id, row.start, row.end): row for row in struck.order_by("pk")}
    for key in wanting:
        for pair in tuple(left[key].new):
            bracket = known.get((rows[key].pk, *pair))
            if bracket is not None:
                left[key].new.remove(pair)
                _set(plan, key, bracket, pair)


def _put(
    plan: BracketPlan, key: str, paragraph: Paragraph, remains: _Left, work: BracketWork
) -> None:
    for start, end in remains.new:
        bracket = Bracket(paragraph=paragraph, start=start, end=end, split_from=work.split_from)
        plan.put.append(bracket)
        plan.after[key].append([str(bracket.public_id), start, end])


def _lifts(remains: _Left, *, is_gone: bool, work: BracketWork) -> Iterator[BracketLift]:
    for bracket in remains.old:
        held = remains.held(bracket)
        bracket.is_open = False
        yield BracketLift(
            bracket=bracket,
            how=LiftKind.STRUCK if is_gone else work.how_ended(bracket),
            held=held,
            words=work.words.get(bracket.pk, ""),
        )


# --- Written once the step is ---------------------------------------------------------------------


def write_brackets(access: Access, step: DeskStep, plan: BracketPlan, work: BracketWork) -> None:
    """Write what was planned, as part of the step: a fixed number of queries."""
    gone = [lift.bracket for lift in plan.lifts]
    meeting_of = _meeting_of(access, step, plan, work)
    if plan.moved or gone:
        Bracket.objects.bulk_update(
            [*plan.moved, *gone], ["paragraph", "start", "end", "is_open"], batch_size=500
        )
    for bracket in plan.put:
        bracket.step, bracket.put_at, bracket.meeting = step, access.moment, meeting_of(bracket)
    Bracket.objects.bulk_create(plan.put, batch_size=500)
    asked = [(bracket, seat, work.asked_words) for bracket in plan.put for seat in work.askers]
    _write_askers(access, step, [*asked, *work.asked], meeting_of)
    if work.dropped:
        keys = [asker.pk for asker in work.dropped]
        BracketAsker.objects.filter(pk__in=keys).update(dropped_in=step)
    _write_lifts(access, step, plan.lifts, meeting_of, work.whose)


def _meeting_of(access: Access, step: DeskStep, plan: BracketPlan, work: BracketWork) -> MeetingOf:
    """The meeting that the act names for all; else of each bracket the one that runs there."""
    if work.meeting or not (plan.put or plan.lifts):
        return lambda _bracket: work.meeting
    running = running_meetings(access, step.draft)
    return lambda bracket: running.of(bracket.paragraph_id)


def name_askers_of_step(
    access: Access, step: DeskStep, wanted: Mapping[str, Sequence[Seat]]
) -> None:
    """Say who asks for brackets that a step put, as part of it; `wanted` goes by what they hold."""
    put = step.brackets_put.filter(is_open=True).select_related("paragraph", "meeting")
    found = [(row, seat) for row in put for seat in wanted.get(_held_by(row), ())]
    _write_askers(access, step, [(row, seat, "") for row, seat in found], lambda row: row.meeting)


def _held_by(bracket: Bracket) -> str:
    return bracket.paragraph.text[bracket.start + 1 : bracket.end].strip()


def _write_askers(
    access: Access,
    step: DeskStep,
    asked: Iterable[tuple[Bracket, Seat, str]],
    meeting_of: MeetingOf,
) -> None:
    BracketAsker.objects.bulk_create(
        [
            BracketAsker(
                bracket=bracket,
                seat=seat,
                words=words,
                meeting=meeting_of(bracket),
                step=step,
                asked_at=access.moment,
            )
            for bracket, seat, words in asked
        ],
        batch_size=500,
    )


def _write_lifts(
    access: Access,
    step: DeskStep,
    lifts: Sequence[BracketLift],
    meeting_of: MeetingOf,
    whose: Sequence[Seat],
) -> None:
    for lift in lifts:
        lift.step, lift.meeting = step, meeting_of(lift.bracket)
        lift.made_at, lift.made_by = access.moment, access.user
        lift.capacity = access.capacity_words
    made = BracketLift.objects.bulk_create(lifts, batch_size=500)
    link = BracketLift.whose.through
    link.objects.bulk_create(
        [link(bracketlift=lift, seat=seat) for lift in made for seat in whose], batch_size=500
    )


# --- A step undone, and made again ----------------------------------------------------------------


def turn_brackets(rows: Mapping[str, Paragraph], now: States, then: States) -> None:
    """Set the objects as they stood at the other end of a step; its words are turned already.

    Raises ValidationError where a later step put or lifted brackets there. `rows` are all
    paragraphs of the text by public id.
    """
    told = [key for key in now if _told(now[key]) is not None or _told(then[key]) is not None]
    # A step from before brackets were objects says nothing of them: its words tell.
    silent = [key for key in now if key not in told and _has_signs(rows[key], now[key], then[key])]
    if not told and not silent:
        return
    opens: dict[str, list[Bracket]] = {key: [] for key in (*told, *silent)}
    keys = {rows[key].pk: key for key in opens}
    standing = Bracket.objects.filter(paragraph__in=keys, is_open=True).order_by("start")
    for bracket in standing:
        opens[keys[bracket.paragraph_id]].append(bracket)
    for key in told:
        if _places(opens[key]) != (_told(now[key]) or []):
            raise ValidationError(
                _("A later step changed brackets in “%(words)s…”. Undo that one first.")
                % {"words": rows[key].label or rows[key].text[:40]}
            )
    turned = {str(row.public_id): row for key in told for row in opens[key]}
    for row in turned.values():
        row.is_open = False
    wanted = {place[0]: (key, place) for key in told for place in _told(then[key]) or []}
    missing = Bracket.objects.filter(public_id__in=wanted.keys() - turned.keys())
    turned |= {str(row.public_id): row for row in missing}
    for public_id, (key, place) in wanted.items():
        row = turned[public_id]
        row.paragraph, row.start, row.end, row.is_open = rows[key], place[1], place[2], True
    changed = list(turned.values())
    put = [one for key in silent for one in _reread(rows[key], opens[key], now[key], changed)]
    Bracket.objects.bulk_update(changed, ["paragraph", "start", "end", "is_open"], batch_size=500)
    Bracket.objects.bulk_create(put, batch_size=500)


def _told(state: State | None) -> Places | None:
    return None if state is None else state.get("brackets")


def _has_signs(row: Paragraph, *states: State | None) -> bool:
    says = [str(state.get("text", "")) for state in states if state]
    changes_place = any(state is None or "struck_at" in state for state in states)
    return any(map(has_brackets, says)) or (changes_place and has_brackets(row.text))


def _reread(
    row: Paragraph, opens: Sequence[Bracket], now: State | None, changed: list[Bracket]
) -> Iterator[Bracket]:
    """The objects that the words ask for, where no step told of them."""
    stands = row.struck_at is None and row.discarded_at is None
    text = row.text if stands else ""
    before = str((now or {}).get("text", row.text))
    pairs = brackets_in(text).pairs
    olds = {(bracket.start, bracket.end): bracket for bracket in opens}
    found = match_pairs(before, text, list(olds), pairs, moved_by_words(before, text))
    for place, bracket in olds.items():
        bracket.is_open = place in found
        bracket.start, bracket.end = found.get(place, place)
        changed.append(bracket)
    taken = set(found.values())
    for start, end in pairs:
        if (start, end) not in taken:
            yield Bracket(paragraph=row, start=start, end=end)
