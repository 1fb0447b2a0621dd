"""To whom a letter went: each mail, and how far it is. For those who send letters."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from comments.models import OfficialLetter
from consultations.models import Mail, MailKind, MailQuerySet, MailState, Seat
from consultations.rules.access import Access, Act


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail of a letter: to which delegation, and how far it is.

    Only the secretariat sees the name and the address of the recipient; for others they are empty.
    """

    delegation_name: str
    recipient_name: str
    email: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many mails of a letter there are, and how many in each state."""

    total: int
    by_state: Mapping[MailState, int]

    @property
    def undelivered(self) -> int:
        """How many were refused or came back."""
        return self.by_state.get(MailState.REFUSED, 0) + self.by_state.get(MailState.BOUNCED, 0)


def mails_of_letter(access: Access, letter: OfficialLetter) -> MailQuerySet:
    """The mails of a letter, what did not arrive first."""
    access.require(Act.WRITE_LETTER)
    mails = Mail.objects.filter(
        kind=MailKind.LETTER, consultation=access.consultation, about=letter.pk
    )
    has_failed = Q(refused_at__isnull=False) | Q(bounced_at__isnull=False)
    return mails.annotate(failed=has_failed).order_by("-failed", "pk")


def deliveries_of(access: Access, mails: Iterable[Mail]) -> list[Delivery]:
    """Each of these mails with its delegation: one query. Needs `reader` of each."""
    listed_mails = list(mails)
    seat_by_id = Seat.objects.in_bulk([mail.facts["seat"] for mail in listed_mails])
    return [_delivery(access, mail, seat_by_id[mail.facts["seat"]]) for mail in listed_mails]


def counts_of_letter(access: Access, letter: OfficialLetter) -> DeliveryCounts:
    """How far the mails of a letter are: one query."""
    count_by_state = Counter(mail.state for mail in mails_of_letter(access, letter))
    return DeliveryCounts(sum(count_by_state.values()), count_by_state)


def _delivery(access: Access, mail: Mail, seat: Seat) -> Delivery:
    """A mail as its line in the list; the person only for those who see mails."""
    recipient = mail.reader if access.sees_mails else None
    return Delivery(
        delegation_name=seat.name_for_reader,
        recipient_name=recipient.name if recipient else "",
        email=recipient.email if recipient else "",
        mail=mail,
    )
