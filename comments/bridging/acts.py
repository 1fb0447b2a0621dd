"""The writes on bridging words: written, asked about, answered, closed, set into the text.

Bridging words are a compromise for one paragraph, on which the facilitators ask delegations.
Whoever may write them may also close the question on them. To set them into the text one must be
allowed to edit it as well.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.inputs.content import require_valid_text
from comments.models import (
    AnswersSeenBy,
    AskedSeat,
    BridgingAnswer,
    BridgingProposal,
    BridgingStance,
)
from comments.notifications.recipients import posts_to_tell
from consultations.keys.idempotency import claim_key
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Act, Refused
from consultations.rules.access_factory import capacity_key_of_post
from consultations.rules.phases import GRACE
from delegations.history import write
from delegations.models import DelegationKind, Mandate
from drafts.desk.acts import StaleVersion, edit_paragraph
from drafts.desk.steps import lock_for_editing
from drafts.models import DeskStep, Paragraph, Revision, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgingAnswerContent:
    """What a delegation answers: its stance, its own words, its reason, and their language."""

    stance: str
    words: str = ""
    reason: str = ""
    language: str = "en"


@transaction.atomic
def draft_bridging(
    *, access: Access, wording: Wording, text: str, form_key: uuid.UUID | None = None
) -> BridgingProposal:
    """Write bridging words for a paragraph of the latest revision.

    Until delegations are asked, only facilitators and the secretariat see them. Needs
    `wording.revision.draft` and `wording.paragraph.draft`. The same `form_key` twice returns the
    first proposal. Raises `KeyReused`, and ValidationError for words that change nothing.
    """
    claim = claim_key(access, form_key, Act.WRITE_BRIDGING, wording, text)
    if not claim.is_first:
        return BridgingProposal.objects.with_texts().get(public_id=claim.row_public_id)
    access.require(Act.WRITE_BRIDGING, on=wording.paragraph.draft)
    _require_latest(wording)
    proposal = BridgingProposal(
        public_id=claim.row_public_id,
        consultation=access.consultation,
        wording=wording,
        paragraph=wording.paragraph,
        text=_checked_words(text, wording),
        created_at=access.moment,
    )
    return write(proposal, by=access)


@transaction.atomic
def edit_bridging(
    *, access: Access, proposal: BridgingProposal, version: int, text: str
) -> BridgingProposal:
    """Change the words of a draft. Raises `StaleVersion` where somebody saved since `version`."""
    stored_proposal = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    _require_draft(stored_proposal)
    if stored_proposal.version != version:
        raise StaleVersion(stored_proposal)
    stored_proposal.text = _checked_words(text, stored_proposal.wording)
    stored_proposal.version += 1
    return write(stored_proposal, by=access)


@transaction.atomic
def discard_bridging(*, access: Access, proposal: BridgingProposal) -> BridgingProposal:
    """Discard a draft; it stays in the record of those who read drafts."""
    stored_proposal = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored_proposal.discarded_at:  # a second click of the button
        return stored_proposal
    _require_draft(stored_proposal)
    stored_proposal.discarded_at = access.moment
    stored_proposal.version += 1
    return write(stored_proposal, by=access)


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
    stored_proposal = _locked_proposal(access, proposal, Act.ASK_ON_BRIDGING)
    _require_draft(stored_proposal)
    if stored_proposal.version != version:
        raise StaleVersion(stored_proposal)
    _require_latest(stored_proposal.wording)
    if not seats:
        raise ValidationError({"seats": _("Choose at least one delegation.")})
    if any(
        chosen_seat.consultation_id != stored_proposal.consultation_id or chosen_seat.ended_at
        for chosen_seat in seats
    ):
        raise ValidationError({"seats": _("Choose delegations that sit in this consultation.")})
    if deadline <= access.moment:
        raise ValidationError({"deadline": _("The deadline must be in the future.")})
    if answers_seen_by not in AnswersSeenBy.values:
        raise ValidationError({"answers_seen_by": _("Choose who sees the answers.")})
    stored_proposal.asked_at, stored_proposal.deadline = access.moment, deadline
    stored_proposal.answers_seen_by = answers_seen_by
    stored_proposal.version += 1
    write(stored_proposal, by=access)
    AskedSeat.objects.bulk_create(AskedSeat(proposal=stored_proposal, seat=seat) for seat in seats)
    notify_asked(access, stored_proposal, seats)
    return stored_proposal


@transaction.atomic
def answer_bridging(
    *,
    access: Access,
    asked_seat: AskedSeat,
    content: BridgingAnswerContent,
    form_key: uuid.UUID | None = None,
) -> BridgingAnswer:
    """Answer officially for the delegation, or for the group that it coordinates.

    Until the deadline a new answer replaces the one before, which stays on record. After it only a
    first answer is accepted, marked late. The same `form_key` twice returns the first answer.
    Raises `KeyReused`, Refused, and ValidationError by field.
    """
    claim = claim_key(access, form_key, Act.ANSWER_BRIDGING, asked_seat, content)
    if not claim.is_first:
        return BridgingAnswer.objects.get(public_id=claim.row_public_id)
    # Two answers at once, or an answer and the close, wait for each other.
    _lock_row(asked_seat.proposal)
    stored_asked_seat = AskedSeat.objects.select_related("proposal__paragraph__draft").get(
        pk=asked_seat.pk
    )
    access.require(Act.ANSWER_BRIDGING, on=stored_asked_seat)
    is_late = is_past_deadline(stored_asked_seat.proposal, access.moment)
    earlier_answer = BridgingAnswer.objects.in_force().filter(asked=stored_asked_seat).first()
    if earlier_answer is not None and is_late:
        raise Refused(_("The deadline has passed. Your answer stands as it is."))
    if earlier_answer is not None:
        BridgingAnswer.objects.filter(pk=earlier_answer.pk).update(replaced_at=access.moment)
    answer = BridgingAnswer(
        public_id=claim.row_public_id,
        asked=stored_asked_seat,
        **_checked_answer_fields(content, stored_asked_seat.proposal),
        answered_at=access.moment,
        answered_by=access.user,
        capacity=access.capacity_words,
        is_late=is_late,
    )
    answer.save(force_insert=True)
    return answer


@transaction.atomic
def close_bridging(*, access: Access, proposal: BridgingProposal) -> BridgingProposal:
    """Close the question after its deadline; delegations now read the answers, if so announced."""
    stored_proposal = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored_proposal.closed_at:  # a second click of the button
        return stored_proposal
    if stored_proposal.asked_at is None:
        raise Refused(_("Nobody is asked about this yet."))
    if not is_past_deadline(stored_proposal, access.moment):
        raise Refused(_("Delegations can still answer. Close it after the deadline."))
    stored_proposal.closed_at = access.moment
    stored_proposal.version += 1
    return write(stored_proposal, by=access)


def is_past_deadline(proposal: BridgingProposal, moment: datetime) -> bool:
    """Whether an answer at this moment is late: after deadline and grace (domain, rule 18)."""
    return proposal.deadline is not None and moment > proposal.deadline + GRACE


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
    stored_proposal = _locked_proposal(access, proposal, Act.WRITE_BRIDGING)
    if stored_proposal.discarded_at:
        raise Refused(_("This draft was discarded."))
    desk_paragraph = Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)
    # Deleted, or the step that added it was undone.
    if desk_paragraph.struck_at or desk_paragraph.discarded_at:
        raise ValidationError(
            _("This paragraph was deleted in the working text. Restore it there.")
        )
    if desk_paragraph.version != version:
        raise StaleVersion(desk_paragraph)
    if desk_paragraph.text == stored_proposal.text:
        raise ValidationError(_("The working text already has these words."))
    edit_paragraph(
        access=access,
        paragraph=desk_paragraph,
        version=version,
        text=stored_proposal.text,
        kind=desk_paragraph.kind,
        label=desk_paragraph.label,
        opening=desk_paragraph.opening,
        notes=desk_paragraph.notes,
    )
    # The step that `edit_paragraph` has just made, under the lock of the text.
    stored_proposal.taken_by = DeskStep.objects.filter(draft=desk_paragraph.draft_id).latest(
        "number"
    )
    return write(stored_proposal, by=access)


# --- What is checked -----------------------------------------------------------------------------


def _lock_row(proposal: BridgingProposal) -> None:
    """Make all other writes on the proposal wait until this transaction ends."""
    BridgingProposal.objects.select_for_update().get(pk=proposal.pk)


def _locked_proposal(access: Access, proposal: BridgingProposal, act: Act) -> BridgingProposal:
    """The stored row, locked. Raises Refused unless the act is allowed on it."""
    rows = BridgingProposal.objects.select_for_update(of=("self",)).with_texts()
    stored_proposal = rows.get(pk=proposal.pk)
    access.require(act, on=stored_proposal)
    return stored_proposal


def _require_draft(proposal: BridgingProposal) -> None:
    """Raise Refused unless the words are a draft, which may still change."""
    if proposal.asked_at:
        raise Refused(_("Delegations are asked about these words. They no longer change."))
    if proposal.discarded_at:
        raise Refused(_("This draft was discarded."))


def _require_latest(wording: Wording) -> None:
    """Raise ValidationError where the wording is not of the latest revision of its text."""
    revisions_of_text = Revision.objects.filter(draft=wording.revision.draft_id)
    if revisions_of_text.filter(number__gt=wording.revision.number).exists():
        raise ValidationError(
            _("A new revision is out. Write bridging words for its text instead.")
        )


def _checked_words(text: str, wording: Wording) -> str:
    """The same words. Raises ValidationError where they are empty, or change nothing."""
    if not text.strip():
        raise ValidationError({"text": _("Write the bridging words.")})
    if text == wording.text:
        raise ValidationError({"text": _("These are the words of the text. Change them first.")})
    return require_valid_text(text, "text")


def _checked_answer_fields(
    content: BridgingAnswerContent, proposal: BridgingProposal
) -> dict[str, str]:
    """The fields of an answer, checked. Words typed beside a plain yes are refused, not dropped."""
    words, reason = (
        require_valid_text(content.words, "words"),
        require_valid_text(content.reason, "reason"),
    )
    if content.stance not in BridgingStance.values:
        raise ValidationError({"stance": _("Choose your answer.")})
    if content.stance == BridgingStance.YES and words.strip():
        raise ValidationError(
            {"words": _("You wrote a change. Choose “Yes, with a change”, or remove it.")}
        )
    if content.stance == BridgingStance.YES_WITH and words.strip() in {"", proposal.text.strip()}:
        raise ValidationError({"words": _("Change the words to those that you can live with.")})
    if content.stance == BridgingStance.NO and not (words.strip() or reason.strip()):
        raise ValidationError({"reason": _("Write the words that you need, or your reason.")})
    return {
        "stance": content.stance,
        "words": words,
        "reason": reason,
        "language": content.language,
    }


# --- The mail to those asked ---------------------------------------------------------------------


def notify_asked(access: Access, proposal: BridgingProposal, seats: Iterable[Seat]) -> None:
    """Tell deputies and focal points of the seats asked; for a group, of its coordinator today.

    Where nobody in a delegation wants such mail its focal points are told, since a deadline runs.
    Needs `seat.delegation`.
    """
    delegation_ids = _answering_delegation_ids(access, seats)
    posts = posts_to_tell(
        delegation_ids, tells_focal_points_if_nobody_else=True, topic=Topic.BRIDGING
    )
    write_mails(
        Mail(
            kind=MailKind.BRIDGING,
            consultation=access.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=proposal.pk,
        )
        for post in posts
    )


def _answering_delegation_ids(access: Access, seats: Iterable[Seat]) -> set[int]:
    """The ids of the delegations that answer for these seats today: for a group its coordinator."""
    delegation_ids = {seat.delegation_id for seat in seats}
    group_ids = {
        seat.delegation_id for seat in seats if seat.delegation.kind == DelegationKind.GROUP
    }
    mandates = Mandate.objects.in_force(access.moment).filter(group__in=group_ids)
    return (delegation_ids - group_ids) | set(mandates.values_list("coordinator", flat=True))
