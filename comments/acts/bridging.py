"""The writes on bridging words: written, asked about, answered, closed, set into the text."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.content import checked
from comments.acts.telling_asked import tell_asked
from comments.models import (
    AnswersSeenBy,
    AskedSeat,
    BridgingAnswer,
    BridgingProposal,
    Stance,
)
from consultations.acts.idempotency import claim_key
from consultations.models import Seat
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import GRACE
from delegations.history import write
from drafts.desk.editing import StaleVersion, edit_paragraph
from drafts.desk.steps import lock_for_editing
from drafts.models import DeskStep, Paragraph, Revision, Wording
from drafts.readers.opening import opening_words


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgingReply:
    """What a delegation answers: its stance, its own words, its reason, and their language."""

    stance: str
    words: str = ""
    reason: str = ""
    language: str = "en"


@transaction.atomic
def draft_bridging(
    *, access: Access, wording: Wording, text: str, form_key: uuid.UUID | None = None
) -> BridgingProposal:
    """Write bridging words for a paragraph of the latest text; only facilitators see them.

    Needs `wording.revision.draft` and `wording.paragraph.draft`. The same `form_key` twice returns
    the first proposal. Raises `KeyReused`, and ValidationError for words that change nothing.
    """
    claim = claim_key(access, form_key, Act.WRITE_BRIDGING, wording, text)
    if not claim.is_first:
        return BridgingProposal.objects.with_places().get(public_id=claim.id)
    access.require(Act.WRITE_BRIDGING, on=wording.paragraph.draft)
    _require_latest(wording)
    row = BridgingProposal(
        public_id=claim.id,
        consultation=access.consultation,
        wording=wording,
        paragraph=wording.paragraph,
        text=_checked_words(text, wording),
        created_at=access.moment,
    )
    return write(row, by=access)


@transaction.atomic
def edit_bridging(
    *, access: Access, proposal: BridgingProposal, version: int, text: str
) -> BridgingProposal:
    """Change the words of a draft. Raises `StaleVersion` where somebody saved since `version`."""
    stored = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    _require_draft(stored)
    if stored.version != version:
        raise StaleVersion(stored)
    stored.text = _checked_words(text, stored.wording)
    stored.version += 1
    return write(stored, by=access)


@transaction.atomic
def discard_bridging(*, access: Access, proposal: BridgingProposal) -> BridgingProposal:
    """Discard a draft; it stays in the facilitators' record."""
    stored = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored.discarded_at:  # a second click of the button
        return stored
    _require_draft(stored)
    stored.discarded_at = access.moment
    stored.version += 1
    return write(stored, by=access)


@transaction.atomic
def ask_on_bridging(
    *,
    access: Access,
    proposal: BridgingProposal,
    version: int,
    seats: Collection[Seat],
    deadline: datetime,
    answers_seen_by: str,
) -> BridgingProposal:
    """Ask delegations officially whether they can live with the words.

    The delegations, the deadline and who reads the answers are set now, for good (domain, rule 3).
    The people of the delegations are told by mail. Raises ValidationError by field; `StaleVersion`
    where the words changed since `version`, so that nobody asks about words they have not seen.
    """
    stored = _locked_proposal(access, proposal, Act.ASK_ON_BRIDGING)
    _require_draft(stored)
    if stored.version != version:
        raise StaleVersion(stored)
    _require_latest(stored.wording)
    if not seats:
        raise ValidationError({"seats": _("Choose at least one delegation.")})
    if any(row.consultation_id != stored.consultation_id or row.ended_at for row in seats):
        raise ValidationError({"seats": _("Choose delegations that sit in this consultation.")})
    if deadline <= access.moment:
        raise ValidationError({"deadline": _("The deadline must be in the future.")})
    if answers_seen_by not in AnswersSeenBy.values:
        raise ValidationError({"answers_seen_by": _("Choose who sees the answers.")})
    stored.asked_at, stored.deadline = access.moment, deadline
    stored.answers_seen_by = answers_seen_by
    stored.version += 1
    write(stored, by=access)
    AskedSeat.objects.bulk_create(AskedSeat(proposal=stored, seat=seat) for seat in seats)
    tell_asked(access, stored, seats)
    return stored


@transaction.atomic
def answer_bridging(
    *, access: Access, asked: AskedSeat, reply: BridgingReply, form_key: uuid.UUID | None = None
) -> BridgingAnswer:
    """Answer officially for the delegation, or for the group that it coordinates.

    Until the deadline a new answer replaces the one before, which stays on record. After it only a
    first answer is accepted, marked late. The same `form_key` twice returns the first answer.
    Raises `KeyReused`, Refused, and ValidationError by field.
    """
    claim = claim_key(access, form_key, Act.ANSWER_BRIDGING, asked, reply)
    if not claim.is_first:
        return BridgingAnswer.objects.get(public_id=claim.id)
    _lock_row(asked.proposal)
    stored = AskedSeat.objects.select_related("proposal__paragraph__draft").get(pk=asked.pk)
    access.require(Act.ANSWER_BRIDGING, on=stored)
    is_late = is_past_deadline(stored.proposal, access.moment)
    earlier = BridgingAnswer.objects.in_force().filter(asked=stored).first()
    if earlier is not None and is_late:
        raise Refused(_("The deadline has passed. Your answer stands as it is."))
    if earlier is not None:
        BridgingAnswer.objects.filter(pk=earlier.pk).update(replaced_at=access.moment)
    answer = BridgingAnswer(
        public_id=claim.id,
        asked=stored,
        **_checked_reply(reply, stored.proposal),
        answered_at=access.moment,
        answered_by=access.user,
        capacity=access.capacity_words,
        is_late=is_late,
    )
    answer.save(force_insert=True)
    return answer


@transaction.atomic
def close_bridging(*, access: Access, proposal: BridgingProposal) -> BridgingProposal:
    """Close the question after its deadline; from now on delegations read answers as announced."""
    stored = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored.closed_at:  # a second click of the button
        return stored
    if stored.asked_at is None:
        raise Refused(_("Nobody is asked about this yet."))
    if not is_past_deadline(stored, access.moment):
        raise Refused(_("Delegations can still answer. Close it after the deadline."))
    stored.closed_at = access.moment
    stored.version += 1
    return write(stored, by=access)


@transaction.atomic
def incorporate_bridging(
    *, access: Access, proposal: BridgingProposal, paragraph: Paragraph, version: int
) -> BridgingProposal:
    """Set the words into the working text, as one step of the desk that can be undone there.

    `paragraph` is the one on the desk into which they go. Raises `StaleVersion` where somebody
    saved it since `version`, ValidationError where it was deleted there or has these words
    already, Refused for a draft that was discarded. Needs `paragraph.draft`.
    """
    lock_for_editing(access, paragraph.draft)
    stored = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored.discarded_at:
        raise Refused(_("This draft was discarded."))
    current = Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)
    if current.struck_at or current.discarded_at:
        raise ValidationError(
            _("This paragraph was deleted in the working text. Restore it there.")
        )
    if current.version != version:
        raise StaleVersion(current)
    if current.text == stored.text:
        raise ValidationError(_("The working text already has these words."))
    edit_paragraph(
        access=access,
        paragraph=current,
        version=version,
        text=stored.text,
        kind=current.kind,
        label=current.label,
        opening=_opening_words(current, stored.text),
        notes=current.notes,
    )
    stored.taken_by = DeskStep.objects.filter(draft=current.draft_id).latest("number")
    return write(stored, by=access)


def is_past_deadline(proposal: BridgingProposal, moment: datetime) -> bool:
    """Whether an answer at this moment is late: after deadline and grace (domain, rule 18)."""
    return proposal.deadline is not None and moment > proposal.deadline + GRACE


# --- What is checked -----------------------------------------------------------------------------


def _lock_row(proposal: BridgingProposal) -> None:
    BridgingProposal.objects.select_for_update().get(pk=proposal.pk)


def _locked_proposal(access: Access, proposal: BridgingProposal, act: Act) -> BridgingProposal:
    """The stored row, locked. Raises Refused unless the act is allowed on it."""
    rows = BridgingProposal.objects.select_for_update(of=("self",)).with_places()
    stored = rows.get(pk=proposal.pk)
    access.require(act, on=stored)
    return stored


def _require_draft(stored: BridgingProposal) -> None:
    if stored.asked_at:
        raise Refused(_("Delegations are asked about these words. They no longer change."))
    if stored.discarded_at:
        raise Refused(_("This draft was discarded."))


def _require_latest(wording: Wording) -> None:
    """Raise ValidationError where the wording is not of the latest revision of its text."""
    newer = Revision.objects.filter(draft=wording.revision.draft_id)
    if newer.filter(number__gt=wording.revision.number).exists():
        raise ValidationError(
            _("A new revision is out. Write bridging words for its text instead.")
        )


def _opening_words(paragraph: Paragraph, text: str) -> str:
    """The present opening words; found again where they no longer begin the text."""
    if text.startswith(paragraph.opening):
        return paragraph.opening
    return opening_words(text, paragraph.kind)  # type: ignore[arg-type]


def _checked_words(text: str, wording: Wording) -> str:
    if not text.strip():
        raise ValidationError({"text": _("Write the bridging words.")})
    if text == wording.text:
        raise ValidationError({"text": _("These are the words of the text. Change them first.")})
    return checked(text, "text")


def _checked_reply(reply: BridgingReply, proposal: BridgingProposal) -> dict[str, str]:
    """The fields of an answer, checked. Words typed beside a plain yes are refused, not dropped."""
    words, reason = checked(reply.words, "words"), checked(reply.reason, "reason")
    if reply.stance not in Stance.values:
        raise ValidationError({"stance": _("Choose your answer.")})
    if reply.stance == Stance.YES and words.strip():
        raise ValidationError(
            {"words": _("You wrote a change. Choose “Yes, with a change”, or remove it.")}
        )
    if reply.stance == Stance.YES_WITH and words.strip() in {"", proposal.text.strip()}:
        raise ValidationError({"words": _("Change the words to those that you can live with.")})
    if reply.stance == Stance.NO and not (words.strip() or reason.strip()):
        raise ValidationError({"reason": _("Write the words that you need, or your reason.")})
    return {"stance": reply.stance, "words": words, "reason": reason, "language": reply.language}
