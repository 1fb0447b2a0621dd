"""Brackets kept in step with the words: after every act signs and objects agree.

They are compared with the words before an act and after it, like all that a step records. An act
that sets signs itself says where each sign went; otherwise the differences of the words show it.
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
from drafts.words.bracket_places import Moved, match_pairs
from drafts.words.brackets import brackets_in, has_brackets

type State = Mapping[str, Any]
type States = Mapping[str, State | None]
# Public id and the places of both signs of each open bracket of a paragraph.
type Places = list[list[Any]]
type MeetingOf = Callable[[Bracket], Meeting | None]


@dataclass
class BracketInstructions:
    """What an act on brackets adds to its words; plain editing leaves it empty."""

    # Public id of a paragraph → where its signs went.
    moved: dict[str, Moved] = field(default_factory=dict)
    meeting: Meeting | None = None
    askers: Sequence[Seat] = ()
    asked_words: str = ""
    split_from: Bracket | None = None
    how: str = LiftKind.EDITED
    # Key of each bracket that the act itself lifts → the words that stay; others went with theirs.
    words: Mapping[int, str] = field(default_factory=dict)
    whose: Sequence[Seat] = ()
    asked: Sequence[tuple[Bracket, Seat, str]] = ()
    dropped: Sequence[BracketAsker] = ()

    def how_ended(self, bracket: Bracket) -> str:
        """As the act says; a bracket deleted with the words around it was dropped."""
        if not self.words or bracket.pk in self.words:
            return self.how
        return LiftKind.DROPPED

    @property
    def names_anybody(self) -> bool:
        return bool(self.asked or self.dropped)


@dataclass
class BracketPlan:
    """The changes to bracket objects; `before` and `after` are their places, by paragraph."""

    before: dict[str, Places] = field(default_factory=dict)
    after: dict[str, Places] = field(default_factory=dict)
    moved: list[Bracket] = field(default_factory=list)
    put: list[Bracket] = field(default_factory=list)
    lifts: list[BracketLift] = field(default_factory=list)


@dataclass
class _Unmatched:
    """The unmatched brackets of a paragraph: objects without signs, signs without an object."""

    old: list[Bracket]
    new: list[tuple[int, int]]
    before: str
    after: str

    def held(self, bracket: Bracket) -> str:
        """The words that stood between the signs of an unmatched bracket."""
        return self.before[bracket.start + 1 : bracket.end]


def plan_brackets(
    draft: Draft,
    before: Mapping[str, State],
    after: Mapping[str, State],
    links: Iterable[tuple[str, str, str]],
    instructions: BracketInstructions,
) -> BracketPlan:
    """Plan the changes to the brackets of paragraphs whose words an act changed.

    No query where no sign is touched, else at most three. `links` are the new ones of the lineage:
    a bracket that one paragraph lost and one that follows it gained is the same. Raises
    ValidationError where an act would leave its own signs without a partner.
    """
    words = {key: (_words_in_force(before.get(key)), _words_in_force(after[key])) for key in after}
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
    unmatched: dict[str, _Unmatched] = {}
    for key in changed:
        plan.before[key] = _places_of(opens[key])
        plan.after[key] = []
        old_words, new_words = words[key]
        unmatched[key] = _match_by_words(
            plan, key, opens[key], old_words, new_words, instructions.moved.get(key)
        )
    _match_along_lineage(plan, unmatched, rows, links)
    _reopen_restored(plan, unmatched, rows, [key for key in changed if not words[key][0]])
    for key, rest in unmatched.items():
        _plan_new_brackets(plan, key, rows[key], rest, instructions)
        plan.lifts += _new_lifts(rest, is_gone=_is_struck(after[key]), instructions=instructions)
        plan.after[key].sort(key=lambda place: place[1])
    return plan


def _words_in_force(state: State | None) -> str:
    """The words in which brackets count: none where the paragraph is struck."""
    return "" if state is None or state["struck_at"] else str(state["text"])


def _is_struck(state: State) -> bool:
    return bool(state["struck_at"])


def _places_of(brackets: Iterable[Bracket]) -> Places:
    return [[str(bracket.public_id), bracket.start, bracket.end] for bracket in brackets]


def _match_by_words(
    plan: BracketPlan,
    key: str,
    brackets: Sequence[Bracket],
    before: str,
    after: str,
    moved: Moved | None,
) -> _Unmatched:
    """Move the brackets whose signs are still there with their words; returns the others."""
    pairs = brackets_in(after).pairs
    old_brackets = {(bracket.start, bracket.end): bracket for bracket in brackets}
    matches = match_pairs(before, after, list(old_brackets), pairs, moved)
    for old, new in matches.items():
        _keep_bracket(plan, key, old_brackets[old], new)
    without_signs = [bracket for place, bracket in old_brackets.items() if place not in matches]
    matched_pairs = set(matches.values())
    return _Unmatched(
        without_signs, [pair for pair in pairs if pair not in matched_pairs], before, after
    )


def _keep_bracket(plan: BracketPlan, key: str, bracket: Bracket, pair: tuple[int, int]) -> None:
    bracket.start, bracket.end = pair
    bracket.is_open = True
    plan.moved.append(bracket)
    plan.after[key].append([str(bracket.public_id), *pair])


def _match_along_lineage(
    plan: BracketPlan,
    unmatched: Mapping[str, _Unmatched],
    rows: Mapping[str, Paragraph],
    links: Iterable[tuple[str, str, str]],
) -> None:
    """Move brackets that hold the same words along a split or a merge, in order."""
    for new, old, _how in sorted(links):
        if new not in unmatched or old not in unmatched:
            continue
        source, target = unmatched[old], unmatched[new]
        for pair in tuple(target.new):
            inside = target.after[pair[0] + 1 : pair[1]]
            bracket = next(
                (candidate for candidate in source.old if source.held(candidate) == inside), None
            )
            if bracket is not None:
                source.old.remove(bracket)
                target.new.remove(pair)
                bracket.paragraph = rows[new]
                _keep_bracket(plan, new, bracket, pair)


def _reopen_restored(
    plan: BracketPlan,
    unmatched: Mapping[str, _Unmatched],
    rows: Mapping[str, Paragraph],
    restored: Sequence[str],
) -> None:
    """Reopen, in a restored paragraph, the brackets with which it was struck."""
    with_new_signs = [key for key in restored if unmatched[key].new and rows[key].pk]
    if not with_new_signs:
        return
    struck = Bracket.objects.filter(
        paragraph__in=[rows[key] for key in with_new_signs],
        is_open=False,
        lifts__how=LiftKind.STRUCK,
        lifts__step__undone_at=None,
    )
    struck_brackets = {(row.paragraph_id, row.start, row.end): row for row in struck.order_by("pk")}
    for key in with_new_signs:
        for pair in tuple(unmatched[key].new):
            bracket = struck_brackets.get((rows[key].pk, *pair))
            if bracket is not None:
                unmatched[key].new.remove(pair)
                _keep_bracket(plan, key, bracket, pair)


def _plan_new_brackets(
    plan: BracketPlan,
    key: str,
    paragraph: Paragraph,
    unmatched: _Unmatched,
    instructions: BracketInstructions,
) -> None:
    for start, end in unmatched.new:
        bracket = Bracket(
            paragraph=paragraph, start=start, end=end, split_from=instructions.split_from
        )
        plan.put.append(bracket)
        plan.after[key].append([str(bracket.public_id), start, end])


def _new_lifts(
    unmatched: _Unmatched, *, is_gone: bool, instructions: BracketInstructions
) -> Iterator[BracketLift]:
    for bracket in unmatched.old:
        held = unmatched.held(bracket)
        bracket.is_open = False
        yield BracketLift(
            bracket=bracket,
            how=LiftKind.STRUCK if is_gone else instructions.how_ended(bracket),
            held=held,
            words=instructions.words.get(bracket.pk, ""),
        )


# --- Written with the step ------------------------------------------------------------------------


def write_brackets(
    access: Access, step: DeskStep, plan: BracketPlan, instructions: BracketInstructions
) -> None:
    """Write what was planned, as part of the step: a fixed number of queries."""
    lifted = [lift.bracket for lift in plan.lifts]
    meeting_of = _meeting_of(access, step, plan, instructions)
    if plan.moved or lifted:
        Bracket.objects.bulk_update(
            [*plan.moved, *lifted], ["paragraph", "start", "end", "is_open"], batch_size=500
        )
    for bracket in plan.put:
        bracket.step, bracket.put_at, bracket.meeting = step, access.moment, meeting_of(bracket)
    Bracket.objects.bulk_create(plan.put, batch_size=500)
    asked = [
        (bracket, seat, instructions.asked_words)
        for bracket in plan.put
        for seat in instructions.askers
    ]
    _write_askers(access, step, [*asked, *instructions.asked], meeting_of)
    if instructions.dropped:
        keys = [asker.pk for asker in instructions.dropped]
        BracketAsker.objects.filter(pk__in=keys).update(dropped_in=step)
    _write_lifts(access, step, plan.lifts, meeting_of, instructions.whose)


def _meeting_of(
    access: Access, step: DeskStep, plan: BracketPlan, instructions: BracketInstructions
) -> MeetingOf:
    """The meeting that the act names for all; otherwise for each bracket the one running there."""
    if instructions.meeting or not (plan.put or plan.lifts):
        return lambda _bracket: instructions.meeting
    running = running_meetings(access, step.draft)
    return lambda bracket: running.of(bracket.paragraph_id)


def name_askers_of_step(
    access: Access, step: DeskStep, wanted: Mapping[str, Sequence[Seat]]
) -> None:
    """Say who asks for brackets that a step put, as part of it; `wanted`: words held → seats."""
    put = step.brackets_put.filter(is_open=True).select_related("paragraph", "meeting")
    asked = [(row, seat) for row in put for seat in wanted.get(_words_held(row), ())]
    _write_askers(access, step, [(row, seat, "") for row, seat in asked], lambda row: row.meeting)


def _words_held(bracket: Bracket) -> str:
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


# --- A step undone, or redone ---------------------------------------------------------------------


def restore_brackets(rows: Mapping[str, Paragraph], now: States, then: States) -> None:
    """Set the objects from `now` to `then`, when a step is undone or redone; its words already are.

    Raises ValidationError where a later step put or lifted brackets there. `rows` are all
    paragraphs of the text by public id.
    """
    recorded = [
        key
        for key in now
        if _recorded_places(now[key]) is not None or _recorded_places(then[key]) is not None
    ]
    # A step from before brackets were objects did not record them: they are read in its words.
    unrecorded = [
        key for key in now if key not in recorded and _has_signs(rows[key], now[key], then[key])
    ]
    if not recorded and not unrecorded:
        return
    opens: dict[str, list[Bracket]] = {key: [] for key in (*recorded, *unrecorded)}
    keys = {rows[key].pk: key for key in opens}
    open_rows = Bracket.objects.filter(paragraph__in=keys, is_open=True).order_by("start")
    for bracket in open_rows:
        opens[keys[bracket.paragraph_id]].append(bracket)
    for key in recorded:
        if _places_of(opens[key]) != (_recorded_places(now[key]) or []):
            raise ValidationError(
                _("A later step changed brackets in “%(words)s…”. Undo that one first.")
                % {"words": rows[key].label or rows[key].text[:40]}
            )
    affected = {str(row.public_id): row for key in recorded for row in opens[key]}
    for row in affected.values():
        row.is_open = False
    wanted = {
        place[0]: (key, place) for key in recorded for place in _recorded_places(then[key]) or []
    }
    missing = Bracket.objects.filter(public_id__in=wanted.keys() - affected.keys())
    affected |= {str(row.public_id): row for row in missing}
    for public_id, (key, place) in wanted.items():
        row = affected[public_id]
        row.paragraph, row.start, row.end, row.is_open = rows[key], place[1], place[2], True
    changed = list(affected.values())
    put = [
        bracket
        for key in unrecorded
        for bracket in _brackets_from_words(rows[key], opens[key], now[key], changed)
    ]
    Bracket.objects.bulk_update(changed, ["paragraph", "start", "end", "is_open"], batch_size=500)
    Bracket.objects.bulk_create(put, batch_size=500)


def _recorded_places(state: State | None) -> Places | None:
    return None if state is None else state.get("brackets")


def _has_signs(row: Paragraph, *states: State | None) -> bool:
    texts = [str(state.get("text", "")) for state in states if state]
    changes_place = any(state is None or "struck_at" in state for state in states)
    return any(map(has_brackets, texts)) or (changes_place and has_brackets(row.text))


def _brackets_from_words(
    row: Paragraph, opens: Sequence[Bracket], now: State | None, changed: list[Bracket]
) -> Iterator[Bracket]:
    """Changes the objects to fit the words, where the step did not record them; yields new ones."""
    is_in_force = row.struck_at is None and row.discarded_at is None
    text = row.text if is_in_force else ""
    before = str((now or {}).get("text", row.text))
    pairs = brackets_in(text).pairs
    old_brackets = {(bracket.start, bracket.end): bracket for bracket in opens}
    matches = match_pairs(before, text, list(old_brackets), pairs)
    for place, bracket in old_brackets.items():
        bracket.is_open = place in matches
        bracket.start, bracket.end = matches.get(place, place)
        changed.append(bracket)
    matched_pairs = set(matches.values())
    for start, end in pairs:
        if (start, end) not in matched_pairs:
            yield Bracket(paragraph=row, start=start, end=end)
