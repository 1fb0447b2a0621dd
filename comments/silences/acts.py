"""The writes on a silence of the facilitators: opened, extended, broken, shown, declared.

A delegation that is asked and does not break the silence by its end has consented.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _, ngettext

from comments.inputs.content import require_valid_text
from comments.models import (
    Silence,
    SilenceBreak,
    SilenceExtension,
    SilenceOutcome,
    SilenceQuerySet,
    SilenceRead,
    SilenceSeat,
)
from comments.notifications.recipients import posts_to_tell
from consultations.keys.idempotency import claim_key
from consultations.models import Consultation, Mail, MailKind, Seat, Topic
from consultations.outbox.readers import readers_of, unwilling_reader_keys
from consultations.outbox.writing import mails_to, write_mails
from consultations.rules.access import Access, Act, Refused
from consultations.rules.access_factory import capacity_key_of_post
from consultations.time.working_clock import working_time, workplace_in_zone
from delegations.history import write
from delegations.models import DelegationKind, PostRole
from drafts.models import Revision, Wording

# The working hours in each capital are counted day by day: for longer ones that takes too long.
MAX_SILENCE_DURATION = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSubject:
    """What is put under silence: a circulated revision, a paragraph of one, or a decision."""

    revision: Revision | None = None
    wording: Wording | None = None
    decision: str = ""
    # The silence on an earlier form of the decision. For a text it is looked up.
    follows: Silence | None = None

    @property
    def text_row(self) -> Revision | Wording | None:
        """The revision or paragraph under silence; None for a decision."""
        return self.wording or self.revision


@transaction.atomic
def open_silence(
    *,
    access: Access,
    subject: SilenceSubject,
    words: str,
    until: datetime,
    seats: Collection[Seat] | None = None,
    form_key: uuid.UUID | None = None,
) -> Silence:
    """Put something under silence: those asked who do not break it have consented.

    Asks `seats`, or without them all who can break silence. Their people are told by mail. Needs
    the draft of what is under silence. The same `form_key` twice returns the first silence.
    Raises `KeyReused`, Refused, and ValidationError by field.
    """
    asked_seats = askable_seats(access) if seats is None else list(seats)
    claim = claim_key(access, form_key, Act.LEAD_SILENCE, subject, words, until, *asked_seats)
    if not claim.is_first:
        return Silence.objects.with_texts().get(public_id=claim.row_public_id)
    silence = Silence(
        public_id=claim.row_public_id,
        consultation=access.consultation,
        revision=subject.revision,
        wording=subject.wording,
        decision=require_valid_text(subject.decision, "decision"),
        words=require_valid_text(words, "words"),
        asks_all=seats is None,
        silence_from=access.moment,
        silence_until=until,
    )
    silence.follows = last_silence_on_text(silence) or subject.follows
    access.require(Act.LEAD_SILENCE, on=silence)
    _require_words_and_decision(subject, words)
    _require_earlier_decision(access, subject)
    require_valid_end(access, until)
    _require_seats(access, asked_seats)
    write(silence, by=access)
    SilenceSeat.objects.bulk_create(SilenceSeat(silence=silence, seat=seat) for seat in asked_seats)
    notify_asked_in_silence(silence, SilenceEvent.OPENED)
    return silence


@transaction.atomic
def extend_silence(
    *, access: Access, silence: Silence, until: datetime, words: str = ""
) -> Silence:
    """Let a silence end later, while it runs. Raises Refused, and ValidationError by field."""
    stored_silence = _silence_to_lead(access, silence)
    if not stored_silence.runs_at(access.moment):
        raise Refused(_("The silence has ended. Declare its outcome."))
    if until <= stored_silence.silence_until:
        raise ValidationError({"until": _("The new end must be later than the present one.")})
    _require_not_too_long(stored_silence.silence_from, until)
    SilenceExtension.objects.create(
        silence=stored_silence,
        ended_before=stored_silence.silence_until,
        ends_now=until,
        words=require_valid_text(words, "words"),
        extended_at=access.moment,
        capacity=access.capacity_words,
    )
    stored_silence.silence_until = until
    write(stored_silence, by=access)
    notify_asked_in_silence(stored_silence, SilenceEvent.EXTENDED)
    return stored_silence


@transaction.atomic
def break_silence(
    *,
    access: Access,
    asked_seat: SilenceSeat,
    words: str,
    wording: Wording | None = None,
    language: str = "en",
    form_key: uuid.UUID | None = None,
) -> SilenceBreak:
    """Break the silence in the name of the own delegation.

    On the whole, or on a paragraph of the revision under silence where `wording` is given. The
    facilitators are told at once; others read it when the facilitators show it. The same `form_key`
    twice returns the first break. Raises `KeyReused`, Refused, and ValidationError.
    """
    claim = claim_key(access, form_key, Act.BREAK_SILENCE, asked_seat, words, wording)
    if not claim.is_first:
        return SilenceBreak.objects.get(public_id=claim.row_public_id)
    stored_silence = _locked_row(asked_seat.silence)
    # The rules ask the seat for its silence, and are to find it as it is stored now.
    asked_seat.silence = stored_silence
    access.require(Act.BREAK_SILENCE, on=asked_seat)
    if not words.strip():
        raise ValidationError({"words": _("Write why your delegation breaks silence.")})
    if wording is not None and wording.revision_id != stored_silence.revision_id:
        raise ValidationError({"wording": _("Choose a paragraph of the text under silence.")})
    silence_break = SilenceBreak(
        public_id=claim.row_public_id,
        asked=asked_seat,
        wording=wording,
        words=require_valid_text(words, "words"),
        language=language,
        broken_at=access.moment,
        broken_by=access.user,
        capacity=access.capacity_words,
    )
    silence_break.save(force_insert=True)
    if stored_silence.silence_broken_at is None:
        stored_silence.silence_broken_at = access.moment
        write(stored_silence, by=access)
    notify_facilitators(stored_silence, SilenceEvent.BROKEN, asked_seat.seat_id)
    return silence_break


@transaction.atomic
def show_breaks(*, access: Access, silence: Silence) -> Silence:
    """Show everybody who reads the silence who broke it so far, with their words; sends mail."""
    stored_silence = _silence_to_lead(access, silence)
    hidden_breaks = SilenceBreak.objects.filter(asked__silence=stored_silence, shown_at=None)
    if not hidden_breaks.update(shown_at=access.moment):  # a second click of the button
        return stored_silence
    stored_silence.shown_at = access.moment
    write(stored_silence, by=access)
    notify_asked_in_silence(stored_silence, SilenceEvent.SHOWN)
    return stored_silence


@transaction.atomic
def declare_silence(*, access: Access, silence: Silence, outcome: str, words: str = "") -> Silence:
    """Declare the outcome, for good. Raises Refused, and ValidationError by field."""
    stored_silence = _silence_to_lead(access, silence)
    _require_outcome(access, stored_silence, outcome)
    stored_silence.declared_at, stored_silence.outcome = access.moment, outcome
    stored_silence.outcome_words = require_valid_text(words, "words")
    write(stored_silence, by=access)
    notify_asked_in_silence(stored_silence, SilenceEvent.DECLARED)
    notify_facilitators(stored_silence, SilenceEvent.DECLARED)
    return stored_silence


def mark_silence_read(*, access: Access, silence: Silence) -> None:
    """Record when this person first opened it; only their delegation reads that. Two queries."""
    asked_seat = silence.asked.filter(seat=access.seat).first() if access.seat else None
    if asked_seat is not None:
        read_mark = SilenceRead(asked=asked_seat, user=access.user, read_at=access.moment)
        SilenceRead.objects.bulk_create([read_mark], ignore_conflicts=True)


# --- What is checked before it opens, and before its outcome is declared -------------------------


def askable_seats(access: Access) -> list[Seat]:
    """The seats that can break silence: not observers, and not groups but their members."""
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    return list(
        seats.filter(status=Seat.Status.PARTICIPANT)
        .exclude(delegation__kind=DelegationKind.GROUP)
        .select_related("delegation")
        .order_by("rank", "sort_key", "pk")
    )


def last_silence_on_text(silence: Silence) -> Silence | None:
    """The last silence on the same text; for a paragraph, on that or on its text: one query.

    `silence` need not be stored yet. None for a decision.
    """
    silences = Silence.objects.filter(consultation=silence.consultation_id).with_texts()
    if silence.revision:
        silences = silences.filter(revision__draft=silence.revision.draft_id)
    elif silence.wording:
        silences_on_paragraph = silences.filter(wording__paragraph=silence.wording.paragraph_id)
        silences = silences_on_paragraph | silences.filter(
            revision__draft=silence.wording.revision.draft_id
        )
    else:
        return None
    return silences.order_by("-silence_from", "-pk").first()


def silences_on_decisions(access: Access) -> SilenceQuerySet:
    """The silences on decisions, latest first; a new decision may follow one of them."""
    silences = Silence.objects.visible_to(access).exclude(decision="").with_texts()
    return silences.order_by("-silence_from", "-pk")


def require_valid_end(access: Access, until: datetime) -> None:
    """Raise ValidationError where it ends too soon for the consultation's setting, or too late."""
    consultation = access.consultation
    if until <= access.moment:
        raise ValidationError({"until": _("The silence must end in the future.")})
    _require_not_too_long(access.moment, until)
    if reason := why_too_short(consultation, access.moment, until):
        raise ValidationError({"until": reason})


def why_too_short(consultation: Consultation, start: datetime, until: datetime) -> str:
    """Why the consultation's setting refuses a silence of this length; empty where it does not.

    The working hours "at the seat" are those of the place where the consultation is held.
    """
    min_hours, min_working_hours = consultation.silence_hours, consultation.silence_seat_hours
    if until - start < timedelta(hours=min_hours):
        return ngettext(
            "A silence runs for %(n)d hour at least.",
            "A silence runs for %(n)d hours at least.",
            min_hours,
        ) % {"n": min_hours}
    if working_time(workplace_in_zone(consultation.zone), start, until) < timedelta(
        hours=min_working_hours
    ):
        return ngettext(
            "A silence has %(n)d working hour at the seat at least.",
            "A silence has %(n)d working hours at the seat at least.",
            min_working_hours,
        ) % {"n": min_working_hours}
    return ""


def declarable_outcomes(access: Access, silence: Silence) -> list[SilenceOutcome]:
    """The outcomes that can be declared now. Raises Refused where one is declared."""
    if silence.declared_at:
        raise Refused(_("The outcome of this silence is declared."))
    if silence.silence_broken_at:
        return [SilenceOutcome.BROKEN, SilenceOutcome.WITHDRAWN]
    if silence.runs_at(access.moment):
        return [SilenceOutcome.WITHDRAWN]
    return [SilenceOutcome.ADOPTED, SilenceOutcome.WITHDRAWN]


# --- Helpers -------------------------------------------------------------------------------------


def _locked_row(silence: Silence) -> Silence:
    """The stored silence, locked."""
    silences = Silence.objects.select_for_update(of=("self",)).with_texts()
    return silences.get(pk=silence.pk)


def _silence_to_lead(access: Access, silence: Silence) -> Silence:
    """The stored silence, locked. Raises Refused unless this capacity leads silences."""
    stored_silence = _locked_row(silence)
    access.require(Act.LEAD_SILENCE, on=stored_silence)
    return stored_silence


def _require_not_too_long(start: datetime, until: datetime) -> None:
    if until - start > MAX_SILENCE_DURATION:
        raise ValidationError({"until": _("A silence ends within 90 days.")})


def _require_words_and_decision(subject: SilenceSubject, words: str) -> None:
    if not words.strip():
        raise ValidationError({"words": _("Write what delegations are asked.")})
    if subject.text_row is None and not subject.decision.strip():
        raise ValidationError({"decision": _("Write the decision.")})


def _require_earlier_decision(access: Access, subject: SilenceSubject) -> None:
    """Raise ValidationError where `follows` is given, but not as an earlier form of a decision."""
    follows = subject.follows
    if follows is None:
        return
    if not subject.decision or not silences_on_decisions(access).filter(pk=follows.pk).exists():
        raise ValidationError({"follows": _("Choose an earlier decision, for a decision.")})


def _require_seats(access: Access, seats: Collection[Seat]) -> None:
    if not seats:
        raise ValidationError({"seats": _("Choose at least one delegation.")})
    askable_seat_ids = {seat.pk for seat in askable_seats(access)}
    if any(seat.pk not in askable_seat_ids for seat in seats):
        raise ValidationError({"seats": _("Choose delegations that can break silence.")})


def _require_outcome(access: Access, silence: Silence, outcome: str) -> None:
    """Raise ValidationError for an outcome that contradicts what happened so far."""
    if outcome in declarable_outcomes(access, silence):
        return
    sentence = _("Choose the outcome.")
    if outcome == SilenceOutcome.BROKEN:
        sentence = _("Nobody broke this silence.")
    elif outcome == SilenceOutcome.ADOPTED and silence.silence_broken_at:
        sentence = _("A delegation broke this silence.")
    elif outcome == SilenceOutcome.ADOPTED:
        sentence = _("Delegations can still break it.")
    raise ValidationError({"outcome": sentence})


# --- Mails ---------------------------------------------------------------------------------------


class SilenceEvent(StrEnum):
    """What happened to a silence, as a mail tells it."""

    OPENED = "opened"
    # The reminders, when half of its time is over and a working day before its end.
    HALF_WAY = "half_way"
    LAST_DAY = "last_day"
    # To the facilitators, with each reminder: whom no mail reached.
    UNREACHED = "unreached"
    EXTENDED = "extended"
    BROKEN = "broken"
    # The facilitators show all who are asked which delegations broke it.
    SHOWN = "shown"
    ENDED = "ended"
    DECLARED = "declared"


REMINDERS = (SilenceEvent.HALF_WAY, SilenceEvent.LAST_DAY)


def notify_asked_in_silence(silence: Silence, event: SilenceEvent) -> list[Mail]:
    """Tell the people of the delegations asked, in every role, who want such mail.

    Where nobody in a delegation does, its focal points are told: if it says nothing, it consents.
    """
    delegation_ids = silence.asked.values_list("seat__delegation", flat=True)
    posts = posts_to_tell(
        delegation_ids, tells_focal_points_if_nobody_else=True, topic=Topic.SILENCE, roles=PostRole
    )
    return write_mails(
        Mail(
            kind=MailKind.SILENCE,
            consultation=silence.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=silence.pk,
            facts=_mail_facts(silence, event),
        )
        for post in posts
    )


def notify_facilitators(
    silence: Silence, event: SilenceEvent, breaking_seat_id: int = 0
) -> list[Mail]:
    """Tell the co-facilitators and staff who want this mail.

    `breaking_seat_id` is the seat that broke the silence; 0 for other events. Needs
    `silence.consultation`.
    """
    # The moment decides only which groups a delegate coordinates, which does not matter here.
    readers = readers_of(silence.consultation, silence.silence_from)
    facilitators = [reader for reader in readers if reader.is_facilitator]
    reader_keys = [(reader.user.pk, reader.capacity.key) for reader in facilitators]
    unwilling_keys = unwilling_reader_keys(reader_keys, Topic.SILENCE)
    willing_facilitators = [
        reader
        for reader, reader_key in zip(facilitators, reader_keys, strict=True)
        if reader_key not in unwilling_keys
    ]
    facts = {**_mail_facts(silence, event), "by": breaking_seat_id}
    return write_mails(
        mails_to(willing_facilitators, MailKind.SILENCE, about=silence.pk, facts=facts)
    )


def _mail_facts(silence: Silence, event: SilenceEvent) -> dict[str, str]:
    """What is kept for composing the mail: the event, and until when the silence ran by then.

    By that end a mail that was written before an extension is told apart.
    """
    return {"event": event, "until": silence.silence_until.isoformat()}
