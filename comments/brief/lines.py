"""The sentences of a brief, the same on screen and on paper, in the language that is active."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from comments.brief.queries import (
    MAX_OTHERS_COUNTED,
    Brief,
    BriefChange,
    BriefSilence,
    CommentedParagraph,
    OthersProposal,
)
from comments.inputs.audience import moment_words
from comments.inputs.citations import absolute_url, join_with_and
from comments.models import Acknowledgement, Comment, CommentKind, Disposition
from comments.outcomes.queries import InputWithOutcome, Outcome, ProposalMatch
from comments.table.compiled import dated_stages, stage_checksums
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase
from consultations.time.wall_clock import day_of, time_left
from drafts.words.differences import Redline


@dataclass(frozen=True, slots=True)
class BriefDateLine:
    """A deadline, a silence, a meeting or a clash: what, and when (New York and reader's time)."""

    subject: str
    time: str
    details: str = ""  # where it is, how long it still runs, or which meetings clash


@dataclass(frozen=True, slots=True)
class BriefInputLine:
    """One input: what it is, what became of it, and what was answered."""

    heading: str
    details: str
    outcome: str
    redline: Redline
    opening_words: str
    language: str
    rationale: str  # only of an input without a redline: to keep the brief short
    # What became of phrases, and the phrases: ("Now in the text", "“step up”").
    phrase_outcomes: tuple[tuple[str, str], ...]
    answer: str
    observation: str  # of the answer, or the reason of a closure without one
    stance: str  # a sentence: whether the delegation is satisfied with the answer
    url: str
    outcome_url: str = ""  # of the page with its outcome in every revision since


@dataclass(frozen=True, slots=True)
class BriefOtherLine:
    """A new input of others."""

    heading: str
    details: str
    redline: Redline
    opening_words: str
    language: str
    rationale: str  # only of an input without a redline
    url: str


@dataclass(frozen=True, slots=True)
class BriefParagraph:
    """A paragraph with own inputs, and all that the brief says about it."""

    label: str
    draft_title: str
    url: str
    change_sentence: str
    redline: Redline
    opening_words: str
    language: str
    inputs: tuple[BriefInputLine, ...]
    others_heading: str
    others: tuple[BriefOtherLine, ...]
    # How many more inputs there are, own and of others: the thread shows them all.
    more_inputs: int = 0
    more_others: int = 0


@dataclass(frozen=True, slots=True)
class BriefPart:
    """Paragraphs under one heading."""

    heading: str
    paragraphs: tuple[BriefParagraph, ...]


@dataclass(frozen=True, slots=True)
class BriefLines:
    """A brief in words."""

    title: str
    meeting_line: str
    as_of: str
    lead_sentences: tuple[str, ...]
    dates: tuple[BriefDateLine, ...]
    parts: tuple[BriefPart, ...]
    has_text_title: bool  # whether each paragraph names its text, since there are several
    sealed_revisions: tuple[str, ...]  # the revisions that it quotes, with their checksums
    hidden_count: int = 0  # how many paragraphs there are besides those in the parts

    @property
    def paragraphs(self) -> list[BriefParagraph]:
        return [paragraph for part in self.parts for paragraph in part.paragraphs]


def brief_lines(
    access: Access, brief: Brief, commented_paragraphs: Sequence[CommentedParagraph] | None = None
) -> BriefLines:
    """All that page and paper say; `commented_paragraphs` are the paragraphs to show, else all."""
    shown_paragraphs = (
        brief.commented_paragraphs() if commented_paragraphs is None else commented_paragraphs
    )
    name = access.seat.name_for_reader if access.seat else ""
    return BriefLines(
        title=_("Brief for %(name)s") % {"name": name},
        meeting_line=_meeting_line(access, brief.meeting),
        as_of=_("As of %(moment)s") % {"moment": moment_words(access, access.moment)},
        lead_sentences=tuple(filter(None, [_own_line(brief), _others_line(access, brief)])),
        dates=tuple(_date_lines(access, brief)),
        parts=tuple(_brief_parts(access, shown_paragraphs)),
        has_text_title=len(brief.draft_ids) > 1,
        sealed_revisions=_sealed_revisions(brief),
        hidden_count=len(brief.summaries) - len(shown_paragraphs),
    )


def _sealed_revisions(brief: Brief) -> tuple[str, ...]:
    checksums = (checksum for _stage, checksum in stage_checksums(brief.revisions))
    return tuple(
        _("%(revision)s, checksum %(checksum)s") % {"revision": name, "checksum": checksum}
        for name, checksum in zip(dated_stages(brief.revisions), checksums, strict=True)
    )


def _meeting_line(access: Access, meeting: Meeting | None) -> str:
    if meeting is None:
        return _("No meeting is scheduled. This is the current state.")
    values = {"title": meeting.title, "when": moment_words(access, meeting.starts_at)}
    if meeting.starts_at < access.moment:
        return _("For the meeting held: %(title)s, %(when)s") % values
    return _("Before: %(title)s, %(when)s") % values


def _own_line(brief: Brief) -> str:
    """The sentence on the own inputs: on how many paragraphs, and how many have which outcome."""
    counts = Counter(brief.outcomes.values())
    if not counts:
        return _("Your delegation has no submitted inputs yet.")
    outcomes = [_outcome_phrase(outcome, counts[outcome]) for outcome in Outcome if counts[outcome]]
    return _("%(inputs)s %(paragraphs)s: %(became)s.") % {
        "inputs": _inputs_phrase(counts.total()),
        "paragraphs": _paragraphs_phrase(len(brief.summaries)),
        "became": join_with_and(outcomes),
    }


def _inputs_phrase(count: int) -> str:
    return ngettext("%(n)d input of yours", "%(n)d inputs of yours", count) % {"n": count}


def _paragraphs_phrase(count: int) -> str:
    return ngettext("on %(n)d paragraph", "on %(n)d paragraphs", count) % {"n": count}


def _outcome_phrase(outcome: Outcome, count: int) -> str:
    phrases = {
        Outcome.IN_TEXT: ngettext("%(n)d in the text", "%(n)d in the text", count),
        Outcome.PARTLY: ngettext("%(n)d partly", "%(n)d partly", count),
        Outcome.NOT_IN_TEXT: ngettext("%(n)d not", "%(n)d not", count),
        Outcome.WAITING: ngettext(
            "%(n)d waiting for a new revision", "%(n)d waiting for a new revision", count
        ),
        Outcome.NO_PROPOSED_WORDS: ngettext("%(n)d without words", "%(n)d without words", count),
        Outcome.OTHER_LANGUAGE: ngettext(
            "%(n)d in another language", "%(n)d in another language", count
        ),
    }
    return phrases[outcome] % {"n": count}


def _others_line(access: Access, brief: Brief) -> str:
    """The sentence on new inputs of others; empty where there are no own inputs."""
    if not brief.summaries:
        return ""
    count = brief.others_count
    values = {"n": count, "since": since_words(access, brief)}
    if not count:
        return _("Nothing new of others touches these paragraphs %(since)s.") % values
    if count == MAX_OTHERS_COUNTED:
        values["n"] = MAX_OTHERS_COUNTED - 1  # at the maximum the counting stops
        return _("More than %(n)d new inputs of others touch these paragraphs %(since)s.") % values
    sentence = ngettext(
        "%(n)d new input of others touches these paragraphs %(since)s.",
        "%(n)d new inputs of others touch these paragraphs %(since)s.",
        count,
    )
    return sentence % values


def since_words(access: Access, brief: Brief) -> str:
    """From when on inputs of others are new: "since the last meeting (…)"."""
    if brief.last_meeting is not None:
        day = day_of(brief.last_meeting.starts_at, access.consultation.zone)
        values = {"title": brief.last_meeting.title, "day": day}
        return _("since the last meeting (%(title)s, %(day)s)") % values
    if brief.since is not None:
        moment = moment_words(access, brief.since)
        return _("that you have not opened since %(moment)s") % {"moment": moment}
    return _("since the beginning")


# --- Dates ---------------------------------------------------------------------------------------


def _date_lines(access: Access, brief: Brief) -> Iterable[BriefDateLine]:
    """Deadlines, silences, meetings and clashes of meetings; the nearest of each kind first."""
    phase_order = (Phase.OPEN, Phase.NOT_OPEN, Phase.LATE)
    sorted_rounds = sorted(
        brief.rounds_with_phase,  # pairs of a round and its phase
        key=lambda pair: (phase_order.index(pair[1]), pair[0].deadline),
    )
    for round, phase in sorted_rounds:
        yield BriefDateLine(round.name, _round_words(access, round, phase))
    for silence in brief.silences:
        when = _("until %(moment)s") % {"moment": moment_words(access, silence.until)}
        yield BriefDateLine(_silence_name(silence), when, time_left(silence.until, access.moment))
    for meeting in brief.meetings:
        yield BriefDateLine(meeting.title, moment_words(access, meeting.starts_at), meeting.place)
    for clash in brief.clashes:
        meetings = _("%(one)s and %(other)s") % {"one": clash.meeting, "other": clash.other_meeting}
        when = moment_words(access, clash.other_meeting.starts_at)
        yield BriefDateLine(_("Two of your rooms at once"), when, meetings)


def _silence_name(silence: BriefSilence) -> str:
    if not silence.group_name:
        return _("%(what)s: under silence") % {"what": silence.label}
    values = {"group": silence.group_name, "label": silence.label}
    return _("Silence of %(group)s on %(label)s") % values


def _round_words(access: Access, round: Round, phase: Phase) -> str:
    closes = moment_words(access, round.closed_at or round.deadline)
    if phase is Phase.NOT_OPEN:
        values = {"opens": moment_words(access, round.opens_at), "closes": closes}
        return _("opens %(opens)s, inputs until %(closes)s") % values
    if phase is Phase.LATE:
        return _("closed %(moment)s, late inputs are marked") % {"moment": closes}
    values = {"moment": closes, "left": time_left(round.deadline, access.moment)}
    return _("inputs until %(moment)s, %(left)s") % values


# --- Paragraphs ----------------------------------------------------------------------------------


def _brief_parts(
    access: Access, commented_paragraphs: Iterable[CommentedParagraph]
) -> Iterable[BriefPart]:
    """The paragraphs, which are sorted by part, in up to three parts with headings."""
    heading_by_part = {
        0: _("On the agenda"),
        1: _("Where something happened"),
        2: _("Where nothing happened"),
    }
    for part_number, paragraphs_of_part in groupby(commented_paragraphs, key=_part_number):
        paragraphs = tuple(_brief_paragraph(access, paragraph) for paragraph in paragraphs_of_part)
        yield BriefPart(heading_by_part[part_number], paragraphs)


def _part_number(commented: CommentedParagraph) -> int:
    """Which part of the brief lists the paragraph: the key of its heading."""
    if commented.is_on_agenda:
        return 0
    return 1 if commented.has_news else 2


def _brief_paragraph(access: Access, commented: CommentedParagraph) -> BriefParagraph:
    """A paragraph in words."""
    change, others = commented.change, commented.others
    return BriefParagraph(
        label=f"{commented.label_then} → {commented.label}"
        if commented.label_then
        else commented.label,
        draft_title=commented.draft_title,
        url=commented.url,
        change_sentence=_change_sentence(change),
        redline=change.redline,
        opening_words=change.opening_words,
        language=change.language,
        inputs=tuple(map(partial(_input_line, access), commented.inputs)),
        others_heading=_others_heading(others.count),
        others=tuple(_other_line(access, proposal) for proposal in others.first_proposals),
        more_inputs=commented.input_count - len(commented.inputs),
        more_others=others.count - len(others.first_proposals),
    )


def _change_sentence(change: BriefChange) -> str:
    """What became of the paragraph since the delegation spoke on it."""
    values = {"then": change.stage_of_input, "now": change.current_stage}
    if change.is_input_on_newest:
        return _("There is no revision yet after %(then)s.") % values
    if change.is_struck:
        return _("Deleted. It was in %(then)s.") % values
    if change.split_into:
        return _("Split since %(then)s. Its words are now in %(labels)s.") % {
            **values,
            "labels": join_with_and(change.split_into),
        }
    if change.merged_into:
        return _("Merged since %(then)s into %(label)s.") % {**values, "label": change.merged_into}
    if change.is_typographic:
        return _("Only typographical changes from %(then)s to %(now)s.") % values
    if change.redline:
        return _("Changed from %(then)s to %(now)s:") % values
    return _("Unchanged from %(then)s to %(now)s.") % values


def _input_line(access: Access, input_with_outcome: InputWithOutcome) -> BriefInputLine:
    """An own input in words."""
    shown_input = input_with_outcome.shown_input
    comment, review = shown_input.comment, shown_input.review
    kind = capfirst(str(shown_input.kind.label))
    closure_reason = shown_input.closure.reason if shown_input.closure else ""
    return BriefInputLine(
        heading=f"{shown_input.reference} · {kind} · {comment.wording.revision.stage}",
        details=_own_details(access, input_with_outcome),
        outcome=str(capfirst(outcome_sentence_of(input_with_outcome))),
        redline=shown_input.redline,
        opening_words=shown_input.opening,
        language=shown_input.language,
        rationale="" if shown_input.redline else shown_input.rationale,
        phrase_outcomes=tuple(phrase_outcomes(input_with_outcome)),
        answer=_answer_words(access, input_with_outcome),
        observation=review.observation if review else closure_reason,
        stance=_stance_sentence(review.stance) if review and review.stance else "",
        url=_page_url(access, comment),
        outcome_url=_page_url(access, comment, "outcome_of_input"),
    )


def _own_details(access: Access, input_with_outcome: InputWithOutcome) -> str:
    """For whom it was filed, who aligned with it, how many replies it has."""
    shown_input, phrases = input_with_outcome.shown_input, []
    if access.seat is None or shown_input.comment.seat_id != access.seat.pk:
        phrases.append(_("for %(name)s") % {"name": shown_input.delegation_name})
    if shown_input.alignments:
        names = join_with_and([alignment.delegation_name for alignment in shown_input.alignments])
        phrases.append(_("aligned: %(names)s") % {"names": names})
    replies = sum(reply.withdrawn_at is None for reply in shown_input.replies)
    if replies:
        phrases.append(ngettext("%(n)d reply", "%(n)d replies", replies) % {"n": replies})
    return " · ".join(phrases)


def outcome_sentence_of(input_with_outcome: InputWithOutcome) -> str:
    """What became of an input, in words that fit what it asked for."""
    match, label = input_with_outcome.match, input_with_outcome.new_paragraph_label
    return outcome_sentence(input_with_outcome.shown_input.kind, match, label)


def outcome_sentence(kind: CommentKind, match: ProposalMatch, new_paragraph_label: str) -> str:
    """The same for an input of this kind; the label is that of its new paragraph, or empty."""
    words_by_kind_and_outcome = {
        (CommentKind.RETAIN, Outcome.IN_TEXT): _("kept unchanged"),
        (CommentKind.RETAIN, Outcome.NOT_IN_TEXT): _("changed"),
        (CommentKind.DELETE, Outcome.IN_TEXT): _("deleted from the text"),
        (CommentKind.DELETE, Outcome.NOT_IN_TEXT): _("still in the text"),
        (CommentKind.MOVE, Outcome.IN_TEXT): _("moved as proposed"),
        (CommentKind.MOVE, Outcome.NOT_IN_TEXT): _("not moved as proposed"),
    }
    words = words_by_kind_and_outcome.get((kind, match.outcome), str(match.outcome.label))
    return (
        _("%(words)s, in %(label)s") % {"words": words, "label": new_paragraph_label}
        if new_paragraph_label
        else words
    )


def phrase_outcomes(input_with_outcome: InputWithOutcome) -> Iterable[tuple[str, str]]:
    """What became of the phrases of an input: ("Now in the text", "“step up”")."""
    match = input_with_outcome.match
    labelled_phrases = (
        (_("Now in the text"), match.inserted_in_text),
        (_("Not in the text"), match.inserted_missing),
        (_("No longer in the text"), match.deleted_gone),
        (_("Still in the text"), match.deleted_still_there),
    )
    for label, phrases in labelled_phrases:
        if phrases:
            yield label, _(", ").join(_("“%(words)s”") % {"words": phrase} for phrase in phrases)


def _answer_words(access: Access, input_with_outcome: InputWithOutcome) -> str:
    review, closure = input_with_outcome.shown_input.review, input_with_outcome.shown_input.closure
    if review is None and closure:
        day = day_of(closure.closed_at, access.consultation.zone)
        return _("Closed without an answer, %(day)s") % {"day": day}
    if review is None or review.published_at is None:  # a delegation gets published ones only
        return ""
    return _("Facilitators, %(day)s: %(disposition)s") % {
        "day": day_of(review.published_at, access.consultation.zone),
        "disposition": Disposition(review.disposition).label,
    }


def _stance_sentence(stance: str) -> str:
    sentences: dict[str, str] = {
        Acknowledgement.Stance.SATISFIED: _("You are satisfied."),
        Acknowledgement.Stance.MAINTAINS: _("You maintain your position."),
    }
    return sentences[stance]


def _others_heading(count: int) -> str:
    return ngettext("%(n)d new input of others", "%(n)d new inputs of others", count) % {"n": count}


def _other_line(access: Access, proposal: OthersProposal) -> BriefOtherLine:
    """An input of others in words."""
    comment = proposal.comment
    kind: Any = CommentKind(comment.kind).label
    filed = _("filed by %(name)s") % {"name": comment.filed_by.name_for_reader}
    return BriefOtherLine(
        heading=f"{comment.seat.name_for_reader} · {comment.reference} · {capfirst(str(kind))}",
        details=filed if comment.filed_by_id != comment.seat_id else "",
        redline=proposal.redline,
        opening_words=proposal.opening_words,
        language=comment.language,
        rationale="" if proposal.redline else comment.rationale,
        url=_page_url(access, comment),
    )


def _page_url(access: Access, comment: Comment, url_name: str = "comment") -> str:
    return absolute_url(reverse(url_name, args=[access.consultation.slug, comment.public_id]))
