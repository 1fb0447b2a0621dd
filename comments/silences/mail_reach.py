"""Which seats no mail on a silence of the facilitators reached.

Silence counts as consent, so those who set it need to know.
"""

from comments.models import Silence
from comments.silences.acts import SilenceEvent
from consultations.models import REACHED_STATES, Mail, MailKind, MailState, Seat

REACHED_OR_WAITING_STATES = {*REACHED_STATES, MailState.WAITING}
PAGE_OPENED_STATES = {MailState.PAGE_OPENED}
# The events whose mails tell those asked that a silence runs, and until when; other mails, such as
# reminders, come later.
ANNOUNCING_EVENTS = {SilenceEvent.OPENED, SilenceEvent.EXTENDED}


def unreached_seats(silence: Silence) -> list[Seat]:
    """The seats asked whose people no mail on this silence reached, in table order. Two queries.

    A mail on its opening or extension counts from the start, while it is still on its way. Any
    other, such as a reminder, counts only once its page was opened: that it was sent says nothing
    where the mail before it came back.
    """
    asked_seats = silence.asked.select_related("seat__delegation")
    seats = [
        asked_seat.seat for asked_seat in asked_seats.order_by("seat__rank", "seat__sort_key", "pk")
    ]
    capacity_keys_told = {
        mail.capacity
        for mail in Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk)
        if mail.state
        in (
            REACHED_OR_WAITING_STATES
            if mail.facts["event"] in ANNOUNCING_EVENTS
            else PAGE_OPENED_STATES
        )
    }
    # The key of a capacity names its delegation by public id.
    return [
        seat
        for seat in seats
        if f"delegation:{seat.delegation.public_id}" not in capacity_keys_told
    ]
