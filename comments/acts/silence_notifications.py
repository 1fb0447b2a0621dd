"""Tell people by mail of a silence that the facilitators opened, and what happens to it."""

from enum import StrEnum

from comments.acts.recipients import posts_to_tell
from comments.models import Silence
from consultations.models import Mail, MailKind, Topic
from consultations.outbox.readers import readers_of, unwilling_reader_keys
from consultations.outbox.writing import mails_to, write_mails
from consultations.rules.access_factory import capacity_key_of_post
from delegations.models import PostRole


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
