"""The words of a brief, the same on screen and on paper, in the language that is active."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Acknowledgement, Comment, CommentKind, Disposition
from comments.news.citations import absolute
from comments.outcomes.brief import Brief, BriefChange, BriefSilence, SpokenParagraph
from comments.outcomes.brief_others import MANY, OthersProposal
from comments.outcomes.outcome import OwnInput
from comments.outcomes.proposal_match import Outcome, ProposalMatch
from comments.tables.table import checksums_of, revision_words
from comments.tables.titles import name_list
from comments.threads.audience import moment_words
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase
from consultations.wall_clock import day_of, time_left
from drafts.words.differences import Redline


@dataclass(frozen=True, slots=True)
class BriefDateLine:
    """A deadline, a silence or a meeting: what, when in New York and at home, and where."""

    what: str
    when: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BriefInputLine:
    """One input: what it is, what became of it, and what was answered."""

    head: str
    note: str
    outcome: str
    is_done: bool
    pieces: Redline
    opening: str
    language: str
    rationale: str
    # What was looked for, and the phrases: ("In the text", "“step up”").
    facts: tuple[tuple[str, str], ...]
    answer: str
    observation: str
    stance: str
    url: str
    # The same input in every revision since.
    outcome_url: str = ""


@dataclass(frozen=True, slots=True)
class BriefOtherLine:
    """A new input of others."""

    head: str
    note: str
    pieces: Redline
    opening: str
    language: str
    rationale: str
    url: str


@dataclass(frozen=True, slots=True)
class BriefParagraph:
    """A paragraph one spoke on, with all that the brief tells of it."""

    label: str
    text: str
    url: str
    said: str
    pieces: Redline
    opening: str
    language: str
    inputs: tuple[BriefInputLine, ...]
    others_head: str
    others: tuple[BriefOtherLine, ...]
    # How many more there are of each: the thread has them all.
    more_inputs: int = 0
    more_others: int = 0


@dataclass(frozen=True, slots=True)
class BriefPart:
    """Paragraphs under one heading."""

    heading: str
    blocks: tuple[BriefParagraph, ...]


@dataclass(frozen=True, slots=True)
class BriefLines:
    """A brief in words."""

    title: str
    before: str
    as_of: str
    lead: tuple[str, ...]
    dates: tuple[BriefDateLine, ...]
    parts: tuple[BriefPart, ...]
    names_text: bool
    sealed: tuple[str, ...]  # the revisions that it quotes, with their checksums
    # How many paragraphs there are beside those in the parts.
    more: int = 0

    @property
    def blocks(self) -> list[BriefParagraph]:
        return [block for part in self.parts for block in part.blocks]


def brief_lines(
    access: Access, brief: Brief, spoken: Sequence[SpokenParagraph] | None = None
) -> BriefLines:
    """All that page and paper say; `spoken` are the paragraphs that are told, else all."""
    told = brief.spoken() if spoken is None else spoken
    name = access.seat.name_for_reader if access.seat else ""
    return BriefLines(
        title=_("Brief for %(name)s") % {"name": name},
        before=_before(access, brief.meeting),
        as_of=_("As of %(moment)s") % {"moment": moment_words(access, access.moment)},
        lead=tuple(filter(None, [_own_line(brief), _others_line(access, brief)])),
        dates=tuple(_dates(access, brief)),
        parts=tuple(_parts(access, told)),
        names_text=len(brief.drafts) > 1,
        sealed=_sealed(brief),
        more=len(brief.heads) - len(told),
    )


def _sealed(brief: Brief) -> tuple[str, ...]:
    seals = (checksum for _stage, checksum in checksums_of(brief.revisions))
    return tuple(
        _("%(revision)s, checksum %(checksum)s") % {"revision": words, "checksum": checksum}
        for words, checksum in zip(revision_words(brief.revisions), seals, strict=True)
    )


def _before(access: Access, meeting: Meeting | None) -> str:
    if meeting is None:
        return _("No meeting is scheduled. This is the current state.")
    words = {"title": meeting.title, "when": moment_words(access, meeting.starts_at)}
    if meeting.starts_at < access.moment:
        return _("For the meeting held: %(title)s, %(when)s") % words
    return _("Before: %(title)s, %(when)s") % words


def _own_line(brief: Brief) -> str:
    counts = Counter(brief.outcomes.values())
    if not counts:
        return _("Your delegation has no submitted inputs yet.")
    words = {
        "inputs": _counted_inputs(counts.total()),
        "paragraphs": _on_paragraphs(len(brief.heads)),
    }
    became = name_list([_counted_outcome(key, counts[key]) for key in Outcome if counts[key]])
    return _("%(inputs)s %(paragraphs)s: %(became)s.") % {**words, "became": became}


def _counted_inputs(count: int) -> str:
    return ngettext("%(n)d input of yours", "%(n)d inputs of yours", count) % {"n": count}


def _on_paragraphs(count: int) -> str:
    return ngettext("on %(n)d paragraph", "on %(n)d paragraphs", count) % {"n": count}


def _counted_outcome(outcome: Outcome, count: int) -> str:
    words = {
        Outcome.IN_TEXT: ngettext("%(n)d in the text", "%(n)d in the text", count),
        Outcome.PARTLY: ngettext("%(n)d partly", "%(n)d partly", count),
        Outcome.NOT: ngettext("%(n)d not", "%(n)d not", count),
        Outcome.WAITING: ngettext(
            "%(n)d waiting for a new revision", "%(n)d waiting for a new revision", count
        ),
        Outcome.NO_WORDS: ngettext("%(n)d without words", "%(n)d without words", count),
        Outcome.FOREIGN: ngettext("%(n)d in another language", "%(n)d in another language", count),
    }
    return words[outcome] % {"n": count}


def _others_line(access: Access, brief: Brief) -> str:
    if not brief.heads:
        return ""
    count = brief.others_count
    words = {"n": count, "since": since_words(access, brief)}
    if not count:
        return _("Nothing new of others touches these paragraphs %(since)s.") % words
    if count == MANY:
        words["n"] = MANY - 1
        return _("More than %(n)d new inputs of others touch these paragraphs %(since)s.") % words
    said = ngettext(
        "%(n)d new input of others touches these paragraphs %(since)s.",
        "%(n)d new inputs of others touch these paragraphs %(since)s.",
        count,
    )
    return said % words


def since_words(access: Access, brief: Brief) -> str:
    """From when on inputs of others are new."""
    if brief.last_meeting is not None:
        day = day_of(brief.last_meeting.starts_at, access.consultation.zone)
        words = {"title": brief.last_meeting.title, "day": day}
        return _("since the last meeting (%(title)s, %(day)s)") % words
    if brief.since is not None:
        moment = moment_words(access, brief.since)
        return _("that you have not opened since %(moment)s") % {"moment": moment}
    return _("since the beginning")


# --- Dates ---------------------------------------------------------------------------------------


def _dates(access: Access, brief: Brief) -> Iterable[BriefDateLine]:
    """Deadlines, silences, meetings and what clashes; the nearest of each kind first."""
    order = (Phase.OPEN, Phase.NOT_OPEN, Phase.LATE)
    for round, phase in sorted(brief.rounds, key=lambda r: (order.index(r[1]), r[0].deadline)):
        yield BriefDateLine(round.name, _round_words(access, round, phase))
    for silence in brief.silences:
        words = {"moment": moment_words(access, silence.until)}
        what = _silence_name(silence)
        yield BriefDateLine(
            what, _("until %(moment)s") % words, time_left(silence.until, access.moment)
        )
    for meeting in brief.meetings:
        yield BriefDateLine(meeting.title, moment_words(access, meeting.starts_at), meeting.place)
    for clash in brief.clashes:
        both = _("%(one)s and %(other)s") % {"one": clash.meeting, "other": clash.other}
        when = moment_words(access, clash.other.starts_at)
        yield BriefDateLine(_("Two of your rooms at once"), when, both)


def _silence_name(silence: BriefSilence) -> str:
    if not silence.group:
        return _("%(what)s: under silence") % {"what": silence.label}
    words = {"group": silence.group, "label": silence.label}
    return _("Silence of %(group)s on %(label)s") % words


def _round_words(access: Access, round: Round, phase: Phase) -> str:
    closes = moment_words(access, round.closed_at or round.deadline)
    if phase is Phase.NOT_OPEN:
        words = {"opens": moment_words(access, round.opens_at), "closes": closes}
        return _("opens %(opens)s, inputs until %(closes)s") % words
    if phase is Phase.LATE:
        return _("closed %(moment)s, late inputs are marked") % {"moment": closes}
    words = {"moment": closes, "left": time_left(round.deadline, access.moment)}
    return _("inputs until %(moment)s, %(left)s") % words


# --- Paragraphs ----------------------------------------------------------------------------------


def _parts(access: Access, spoken: Iterable[SpokenParagraph]) -> Iterable[BriefPart]:
    headings = {
        0: _("On the agenda"),
        1: _("Where something happened"),
        2: _("Where nothing happened"),
    }
    for key, found in groupby(spoken, key=_part_of):
        yield BriefPart(headings[key], tuple(_block(access, paragraph) for paragraph in found))


def _part_of(spoken: SpokenParagraph) -> int:
    if spoken.on_agenda:
        return 0
    return 1 if spoken.happened else 2


def _block(access: Access, spoken: SpokenParagraph) -> BriefParagraph:
    change, others = spoken.change, spoken.others
    return BriefParagraph(
        label=f"{spoken.label_then} → {spoken.label}" if spoken.label_then else spoken.label,
        text=spoken.text,
        url=spoken.url,
        said=_change_words(change),
        pieces=change.pieces,
        opening=change.opening,
        language=change.language,
        inputs=tuple(_input_line(access, own) for own in spoken.inputs),
        others_head=_others_head(others.count),
        others=tuple(_other_line(access, proposal) for proposal in others.first),
        more_inputs=spoken.count - len(spoken.inputs),
        more_others=others.count - len(others.first),
    )


def _change_words(change: BriefChange) -> str:
    words = {"then": change.stage_then, "now": change.stage_now}
    if change.is_newest:
        return _("There is no revision yet after %(then)s.") % words
    if change.is_struck:
        return _("Deleted. It was in %(then)s.") % words
    if change.split_into:
        return _("Split since %(then)s. Its words are now in %(labels)s.") % {
            **words,
            "labels": name_list(change.split_into),
        }
    if change.merged_into:
        return _("Merged since %(then)s into %(label)s.") % {**words, "label": change.merged_into}
    if change.is_typographic:
        return _("Only typographical changes from %(then)s to %(now)s.") % words
    if change.pieces:
        return _("Changed from %(then)s to %(now)s:") % words
    return _("Unchanged from %(then)s to %(now)s.") % words


def _input_line(access: Access, own: OwnInput) -> BriefInputLine:
    view = own.view
    row, review = view.row, view.review
    return BriefInputLine(
        head=f"{view.reference} · {capfirst(str(view.kind.label))} · {row.wording.revision.stage}",
        note=_own_note(access, own),
        outcome=str(capfirst(outcome_words(own))),
        is_done=own.words.outcome == Outcome.IN_TEXT,
        pieces=view.redline,
        opening=view.opening,
        language=view.language,
        rationale="" if view.redline else view.rationale,
        facts=tuple(facts_of(own)),
        answer=_answer(access, own),
        observation=review.observation if review else view.closed.reason if view.closed else "",
        stance=_stance(review.stance) if review and review.stance else "",
        url=_url(access, row),
        outcome_url=_url(access, row, "outcome_of_input"),
    )


def _own_note(access: Access, own: OwnInput) -> str:
    """For whom it was filed, who aligned with it, how many replied."""
    view, parts = own.view, []
    if access.seat is None or view.row.seat_id != access.seat.pk:
        parts.append(_("for %(name)s") % {"name": view.who})
    if view.aligned:
        names = name_list([alignment.who for alignment in view.aligned])
        parts.append(_("aligned: %(names)s") % {"names": names})
    replies = sum(reply.withdrawn_at is None for reply in view.replies)
    if replies:
        parts.append(ngettext("%(n)d reply", "%(n)d replies", replies) % {"n": replies})
    return " · ".join(parts)


def outcome_words(own: OwnInput) -> str:
    """What became of it, in the words of what it asked for."""
    return outcome_sentence(own.view.kind, own.words, own.where)


def outcome_sentence(kind: CommentKind, taken: ProposalMatch, where: str) -> str:
    """The same of an input of this kind; `where` its words for a new paragraph stand, or empty."""
    said = {
        (CommentKind.RETAIN, Outcome.IN_TEXT): _("kept unchanged"),
        (CommentKind.RETAIN, Outcome.NOT): _("changed"),
        (CommentKind.DELETE, Outcome.IN_TEXT): _("deleted from the text"),
        (CommentKind.DELETE, Outcome.NOT): _("still in the text"),
        (CommentKind.MOVE, Outcome.IN_TEXT): _("moved as proposed"),
        (CommentKind.MOVE, Outcome.NOT): _("not moved as proposed"),
    }
    words = said.get((kind, taken.outcome), str(taken.outcome.label))
    return _("%(words)s, in %(label)s") % {"words": words, "label": where} if where else words


def facts_of(own: OwnInput) -> Iterable[tuple[str, str]]:
    words = own.words
    named = (
        (_("Now in the text"), words.found),
        (_("Not in the text"), words.absent),
        (_("No longer in the text"), words.gone),
        (_("Still in the text"), words.staying),
    )
    for name, phrases in named:
        if phrases:
            yield name, _(", ").join(_("“%(words)s”") % {"words": phrase} for phrase in phrases)


def _answer(access: Access, own: OwnInput) -> str:
    review, closed = own.view.review, own.view.closed
    if review is None and closed:
        day = day_of(closed.closed_at, access.consultation.zone)
        return _("Closed without an answer, %(day)s") % {"day": day}
    if review is None or review.published_at is None:
        return ""
    return _("Facilitators, %(day)s: %(disposition)s") % {
        "day": day_of(review.published_at, access.consultation.zone),
        "disposition": Disposition(review.disposition).label,
    }


def _stance(stance: str) -> str:
    words: dict[str, str] = {
        Acknowledgement.Stance.SATISFIED: _("You are satisfied."),
        Acknowledgement.Stance.MAINTAINS: _("You maintain your position."),
    }
    return words[stance]


def _others_head(count: int) -> str:
    return ngettext("%(n)d new input of others", "%(n)d new inputs of others", count) % {"n": count}


def _other_line(access: Access, proposal: OthersProposal) -> BriefOtherLine:
    row = proposal.row
    kind: Any = CommentKind(row.kind).label
    filed = _("filed by %(name)s") % {"name": row.filed_by.name_for_reader}
    return BriefOtherLine(
        head=f"{row.seat.name_for_reader} · {row.reference} · {capfirst(str(kind))}",
        note=filed if row.filed_by_id != row.seat_id else "",
        pieces=proposal.pieces,
        opening=proposal.opening,
        language=row.language,
        rationale="" if proposal.pieces else row.rationale,
        url=_url(access, row),
    )


def _url(access: Access, row: Comment, name: str = "comment") -> str:
    return absolute(reverse(name, args=[access.consultation.slug, row.public_id]))
