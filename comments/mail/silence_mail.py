"""The mails on a silence of the facilitators, and the bell for those that time brings.

They hold what it is on, times and links, and no word of a text, a decision or a break.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.acts.telling_silence import (
    REMINDERS,
    SilenceEvent,
    tell_asked_in_silence,
    tell_facilitators,
)
from comments.desks.silence_overview import silences_to_break
from comments.desks.silence_reached import unreached_seats
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Silence
from comments.news.silences import name_of_silence
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.choices import wants_none
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access, Role
from consultations.wall_clock import words_for_reader, words_of
from consultations.working_clock import seat_at, working_day_before
from delegations.reader_names import name_for_reader


def gather_silences(now: datetime) -> list[int]:
    """Write the reminders that are due and the news of what ended, once each; the silences."""
    rows = Silence.objects.undeclared().filter(consultation__closed_at=None)
    due = [row for row in rows.with_places() if next(_due(row, now), None)]
    return [row.pk for row in due if _gather(row, now)]


@transaction.atomic
def _gather(row: Silence, now: datetime) -> bool:
    # The lock lets one gathering at a time see what was told.
    stored = Silence.objects.select_for_update(of=("self",)).with_places().get(pk=row.pk)
    mails = Mail.objects.filter(kind=MailKind.SILENCE, about=row.pk)
    told = mails.filter(facts__until=stored.silence_until.isoformat())
    events = set(told.values_list("facts__event", flat=True).distinct())
    due = [event for event in _due(stored, now) if event not in events]
    written = [_tell(stored, event) for event in due]
    if any(event in REMINDERS for event in due) and unreached_seats(stored):
        written.append(tell_facilitators(stored, SilenceEvent.UNREACHED))
    return any(written)


def _due(silence: Silence, now: datetime) -> Iterator[SilenceEvent]:
    """What time has brought by now. After an extension half-way is that of the time added."""
    if silence.declared_at:
        return
    if not silence.runs_at(now):
        yield SilenceEvent.ENDED
        return
    last = silence.extensions.order_by("-extended_at", "-pk").first()
    start, until = last.extended_at if last else silence.silence_from, silence.silence_until
    if now >= start + (until - start) / 2:
        yield SilenceEvent.HALF_WAY
    last_day = working_day_before(seat_at(silence.consultation.zone), until)
    if start < last_day <= now:
        yield SilenceEvent.LAST_DAY


def _tell(silence: Silence, event: SilenceEvent) -> list[Mail]:
    if event is SilenceEvent.ENDED:
        return tell_facilitators(silence, event)
    return tell_asked_in_silence(silence, event)


# --- In words ------------------------------------------------------------------------------------


def compose_silence(mail: Mail, now: datetime) -> Letter | None:
    """The mail on one event; None where it is no longer so, or the delegation has spoken."""
    access = access_of(mail)
    if access is None:
        return None
    silence = Silence.objects.visible_to(access).with_places().filter(pk=mail.about).first()
    event = SilenceEvent(mail.facts["event"])
    if silence is None or not _is_still_so(access, mail, silence, event):
        return None
    return _letter(access, mail, silence, event)


def _is_still_so(access: Access, mail: Mail, silence: Silence, event: SilenceEvent) -> bool:
    is_same = silence.silence_until.isoformat() == mail.facts["until"]
    runs = is_same and silence.runs_at(access.moment)
    return {
        SilenceEvent.OPENED: runs,
        SilenceEvent.HALF_WAY: runs,
        SilenceEvent.LAST_DAY: runs,
        SilenceEvent.EXTENDED: runs,
        SilenceEvent.UNREACHED: runs and access.is_facilitator and bool(unreached_seats(silence)),
        SilenceEvent.BROKEN: access.is_facilitator and silence.declared_at is None,
        SilenceEvent.SHOWN: silence.shown_at is not None,
        SilenceEvent.ENDED: access.is_facilitator and silence.declared_at is None and is_same,
        SilenceEvent.DECLARED: silence.declared_at is not None,
    }[event] and (event not in REMINDERS or _is_silent(access, silence))


def _is_silent(access: Access, silence: Silence) -> bool:
    return silences_to_break(access).filter(pk=silence.pk).exists()


def _letter(access: Access, mail: Mail, silence: Silence, event: SilenceEvent) -> Letter:
    consultation = access.consultation
    title = _title(silence, event)
    url = reverse("silence", args=[consultation.slug, silence.public_id])
    stop = stop_url(access.user, access.capacity.key)
    subject = title
    if silence.runs_at(access.moment) and event is not SilenceEvent.BROKEN:
        words = {"title": title, "moment": words_of(silence.silence_until, consultation.zone)}
        subject = _("%(title)s until %(moment)s") % words
    return Letter(
        to=access.user.email,
        subject=subject,
        template="comments/mail/room",
        context={
            "consultation": consultation,
            "title": title,
            "sentences": _sentences(access, mail, silence, event),
            "url": f"{settings.BASE_URL}{url}",
            "why": _("You receive this as %(role)s of %(name)s.")
            % {"role": access.capacity.role_words, "name": access.capacity.name},
            "is_unwanted": access.is_delegate and wants_none(access, Topic.SILENCE),
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )


def _title(silence: Silence, event: SilenceEvent) -> str:
    titles = {
        SilenceEvent.OPENED: _("%(what)s: under silence"),
        SilenceEvent.HALF_WAY: _("%(what)s: half of the silence is over"),
        SilenceEvent.LAST_DAY: _("%(what)s: the silence ends soon"),
        SilenceEvent.EXTENDED: _("%(what)s: the silence is extended"),
        SilenceEvent.UNREACHED: _("%(what)s: not all delegations were reached"),
        SilenceEvent.BROKEN: _("%(what)s: the silence is broken"),
        SilenceEvent.SHOWN: _("%(what)s: the silence is broken"),
        SilenceEvent.ENDED: _("%(what)s: the silence has ended"),
        SilenceEvent.DECLARED: _("%(what)s: the outcome of the silence"),
    }
    return titles[event] % {"what": name_of_silence(silence)}


def _sentences(access: Access, mail: Mail, silence: Silence, event: SilenceEvent) -> list[str]:
    own = ZoneInfo(access.user.time_zone)
    moment = words_for_reader(silence.silence_until, access.consultation.zone, own)
    words = {"moment": moment, "outcome": silence.get_outcome_display(), "name": _who(mail)}
    if event is SilenceEvent.BROKEN:
        return [
            _("%(name)s broke silence.") % words,
            _("Other delegations do not see it until you show it."),
        ]
    if event is SilenceEvent.UNREACHED:
        names = [seat.name_for_reader for seat in unreached_seats(silence)]
        return [
            _("Not reached: %(names)s.") % {"names": _(", ").join(names)},
            _("The silence ends %(moment)s.") % words,
            _("Ask them in another way, or extend the silence."),
        ]
    if event is SilenceEvent.SHOWN:
        return [_("The facilitators show who broke it, with their words.")]
    if event is SilenceEvent.ENDED:
        return [_("It ended %(moment)s.") % words, _("Declare its outcome.")]
    if event is SilenceEvent.DECLARED:
        return [_("The facilitators declare: %(outcome)s.") % words]
    return [
        _("The silence ends %(moment)s.") % words,
        _("Whoever does not break it by then has consented."),
        _who_breaks(access),
    ]


def _who(mail: Mail) -> str:
    name = Seat.objects.filter(pk=mail.facts.get("by", 0)).values_list("name", flat=True).first()
    return name_for_reader(name or "")


def _who_breaks(access: Access) -> str:
    if access.role is Role.FOCAL_POINT:
        return _("Breaking it is an official act of your delegation.")
    return _("Only a focal point of your delegation can break it.")
