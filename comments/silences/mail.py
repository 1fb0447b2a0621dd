"""The mails on a silence procedure of the facilitators, and the job that writes those due by time.

They name what is under silence, times and links, and hold no word of a text, of a decision, or of
the delegations that broke the silence.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.models import Silence
from comments.notifications.stopping import stop_url, stopping_headers
from comments.silences.acts import (
    REMINDERS,
    SilenceEvent,
    notify_asked_in_silence,
    notify_facilitators,
)
from comments.silences.mail_reach import unreached_seats
from comments.silences.queries import name_of_silence, silences_to_break
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access, Role
from consultations.time.wall_clock import moment_in_words, moment_in_words_for_reader
from consultations.time.working_clock import working_day_before, workplace_in_zone
from delegations.reader_names import name_for_reader


def write_due_silence_mails(now: datetime) -> list[int]:
    """Write the mails that are due on running and ended silences.

    Returns the ids of the silences for which there were any.
    """
    open_silences = Silence.objects.undeclared().filter(consultation__closed_at=None)
    due_silences = [
        silence for silence in open_silences.with_texts() if next(_due_events(silence, now), None)
    ]
    return [silence.pk for silence in due_silences if _write_due_mails(silence, now)]


@transaction.atomic
def _write_due_mails(silence: Silence, now: datetime) -> bool:
    """Write the mails that are due on one silence. Returns whether there were any."""
    # The lock lets one run at a time see which mails were written.
    stored_silence = Silence.objects.select_for_update(of=("self",)).with_texts().get(pk=silence.pk)
    # Only mails on its present end count: after an extension there are new reminders.
    earlier_mails = Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk)
    earlier_mails = earlier_mails.filter(facts__until=stored_silence.silence_until.isoformat())
    mailed_events = set(earlier_mails.values_list("facts__event", flat=True).distinct())
    due_events = [event for event in _due_events(stored_silence, now) if event not in mailed_events]
    written_mails_by_event = [_write_mails_on_event(stored_silence, event) for event in due_events]
    if any(event in REMINDERS for event in due_events) and unreached_seats(stored_silence):
        mails_to_facilitators = notify_facilitators(stored_silence, SilenceEvent.UNREACHED)
        written_mails_by_event.append(mails_to_facilitators)
    return any(written_mails_by_event)


def _due_events(silence: Silence, now: datetime) -> Iterator[SilenceEvent]:
    """The events whose time has come, also those on which mails were written already.

    After an extension, half-way is counted from the extension. Where the silence or its extension
    begins on the last working day, there is no reminder of that day.
    """
    # It was declared, or its text adopted, between the read without the lock and that with it.
    if not silence.is_undeclared:
        return
    if not silence.runs_at(now):
        yield SilenceEvent.ENDED
        return
    last_extension = silence.extensions.order_by("-extended_at", "-pk").first()
    begins_at = last_extension.extended_at if last_extension else silence.silence_from
    ends_at = silence.silence_until
    if now >= begins_at + (ends_at - begins_at) / 2:
        yield SilenceEvent.HALF_WAY
    last_day_begins_at = working_day_before(workplace_in_zone(silence.consultation.zone), ends_at)
    if begins_at < last_day_begins_at <= now:
        yield SilenceEvent.LAST_DAY


def _write_mails_on_event(silence: Silence, event: SilenceEvent) -> list[Mail]:
    """At the end to the facilitators, who declare the outcome; else to the delegations asked."""
    if event is SilenceEvent.ENDED:
        return notify_facilitators(silence, event)
    return notify_asked_in_silence(silence, event)


# --- Composing -----------------------------------------------------------------------------------


def compose_silence(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail on one event; None where it no longer holds, as for a reminder after a break."""
    access = access_of_reader(mail)
    if access is None:
        return None
    silence = Silence.objects.visible_to(access).with_texts().filter(pk=mail.about).first()
    event = SilenceEvent(mail.facts["event"])
    if silence is None or not _still_holds(access, mail, silence, event):
        return None
    return _compose(access, mail, silence, event)


def _still_holds(access: Access, mail: Mail, silence: Silence, event: SilenceEvent) -> bool:
    """Whether the event of a mail is still true, so that the mail may go out."""
    is_same_end = silence.silence_until.isoformat() == mail.facts["until"]
    is_running = is_same_end and silence.runs_at(access.moment)
    return {
        SilenceEvent.OPENED: is_running,
        SilenceEvent.HALF_WAY: is_running,
        SilenceEvent.LAST_DAY: is_running,
        SilenceEvent.EXTENDED: is_running,
        SilenceEvent.UNREACHED: is_running
        and access.is_facilitator
        and bool(unreached_seats(silence)),
        SilenceEvent.BROKEN: access.is_facilitator and silence.is_undeclared,
        SilenceEvent.SHOWN: silence.shown_at is not None,
        SilenceEvent.ENDED: access.is_facilitator and silence.is_undeclared and is_same_end,
        SilenceEvent.DECLARED: silence.declared_at is not None,
    }[event] and (event not in REMINDERS or _is_silent(access, silence))


def _is_silent(access: Access, silence: Silence) -> bool:
    """Whether the reader's delegation is asked and did not break this silence."""
    return silences_to_break(access).filter(pk=silence.pk).exists()


def _compose(access: Access, mail: Mail, silence: Silence, event: SilenceEvent) -> ComposedMail:
    """The mail on one event of a silence."""
    consultation = access.consultation
    title = _title(silence, event)
    url = reverse("silence", args=[consultation.slug, silence.public_id])
    stop_link = stop_url(access.user, access.capacity.key)
    subject = title
    # The end goes behind these titles only: “the silence is broken until …” would make no sense.
    if silence.runs_at(access.moment) and event in {SilenceEvent.OPENED, SilenceEvent.EXTENDED}:
        values = {
            "title": title,
            "moment": moment_in_words(silence.silence_until, consultation.zone),
        }
        subject = _("%(title)s until %(moment)s") % values
    return ComposedMail(
        to=access.user.email,
        subject=subject,
        template="comments/mail/sentences",
        context={
            "consultation": consultation,
            "title": title,
            "sentences": _sentences(access, mail, silence, event),
            "url": f"{settings.BASE_URL}{url}",
            "why": _("You receive this as %(role)s of %(name)s.")
            % {"role": access.capacity.role_words, "name": access.capacity.name},
            "has_opted_out": access.is_delegate and has_opted_out(access, Topic.SILENCE),
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )


def _title(silence: Silence, event: SilenceEvent) -> str:
    """What happened, after the name of what is under silence."""
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
    """What happened and what the reader can do."""
    own_zone = ZoneInfo(access.user.time_zone)
    moment = moment_in_words_for_reader(silence.silence_until, access.consultation.zone, own_zone)
    values = {
        "moment": moment,
        "outcome": silence.get_outcome_display(),
        "name": _name_of_actor(mail),
    }
    if event is SilenceEvent.BROKEN:
        return [
            _("%(name)s broke silence.") % values,
            _("Other delegations do not see it until you show it."),
        ]
    if event is SilenceEvent.UNREACHED:
        names = [seat.name_for_reader for seat in unreached_seats(silence)]
        return [
            _("Not reached: %(names)s.") % {"names": _(", ").join(names)},
            _("The silence ends %(moment)s.") % values,
            _("Ask them in another way, or extend the silence."),
        ]
    if event is SilenceEvent.SHOWN:
        return [_("The facilitators show who broke it, with their words.")]
    if event is SilenceEvent.ENDED:
        return [_("It ended %(moment)s.") % values, _("Declare its outcome.")]
    if event is SilenceEvent.DECLARED:
        return [_("The facilitators declare: %(outcome)s.") % values]
    return [
        _("The silence ends %(moment)s.") % values,
        _("Whoever does not break it by then has consented."),
        _who_breaks_sentence(access),
    ]


def _name_of_actor(mail: Mail) -> str:
    """The name of the delegation that broke silence; empty in mails on other events."""
    breaking_seat_id = mail.facts.get("by", 0)  # 0: no seat
    name = Seat.objects.filter(pk=breaking_seat_id).values_list("name", flat=True).first()
    return name_for_reader(name or "")


def _who_breaks_sentence(access: Access) -> str:
    if access.role is Role.FOCAL_POINT:
        return _("Breaking it is an official act of your delegation.")
    return _("Only a focal point of your delegation can break it.")
