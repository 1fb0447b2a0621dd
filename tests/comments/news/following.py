"""What the tests of notices share: a person who watches, and one run of the clock's tasks."""

from django.utils import timezone

from comments.models import Watch
from comments.news.acts import choose_mail, watch_paragraph, watch_seat
from comments.news.mail import write_due_watch_notices
from consultations.models import MailFrequency
from consultations.outbox.sending import deliver
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph
from drafts.models import Nature, Paragraph, ParagraphKind
from tests.room import Room


def wants(room: Room, who: str, often: str = MailFrequency.AT_ONCE) -> None:
    """This person chooses, now, when mail comes."""
    choose_mail(
        user=room.users[who],
        capacity_key=room.capacities[who],
        frequency=often,
        moment=timezone.now(),
    )


def watches_place(room: Room, who: str, place: int, days: float = 0) -> Watch:
    """This person watches the paragraph at a place of the first draft."""
    key = room.wording(room.revision, place).paragraph_id
    access = room.access(who, days)
    return watch_paragraph(access=access, paragraph=Paragraph.objects.get(pk=key))


def watches_body(room: Room, who: str, code: str, days: float = 0) -> Watch:
    seat = room.consultation.seats.get(code=code)
    return watch_seat(access=room.access(who, days), seat=seat)


def run_due() -> int:
    """Gather and send everything that is due; return how many mails went out."""
    return sum(deliver(key) for key in write_due_watch_notices(timezone.now()))


def recalls(room: Room) -> Paragraph:
    """A corrigendum goes out whose first paragraph has no label: it is called by its words."""
    access = room.access("co_facilitator", 0.05)
    row = add_paragraph(
        access=access,
        draft=room.draft,
        kind=ParagraphKind.PREAMBULAR,
        text="Recalling its earlier resolution on the promotion of cooperation,",
        after=None,
    )
    room.revision = circulate_revision(
        access=access,
        draft=room.draft,
        stage="Corr.1",
        nature=Nature.CORRIGENDUM,
        round=room.round,
    )
    return row
