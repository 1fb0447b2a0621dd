"""Write mails, as rows in the transaction of the act that they report."""

from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from consultations.models import Consultation, Mail, MailKind
from consultations.rules.access import Access
from delegations.models import User

# Rows in one statement: a circulation goes to hundreds of people.
BATCH_SIZE = 500
SEND_MAILS_TASK = "consultations.tasks.send_mails"


def write_mail(
    kind: MailKind,
    *,
    consultation: Consultation | None,
    about: int = 0,
    reader: User | None = None,
    capacity_key: str = "",
    address: str = "",
    facts: dict[str, Any] | None = None,
) -> Mail:
    """Write one mail, to a person or to an address that has no account yet.

    `about` is the id of the row that it is about, in the table that its kind means; `capacity_key`
    says in which capacity it is read.
    """
    mail = Mail(
        kind=kind,
        consultation=consultation,
        reader=reader,
        capacity=capacity_key,
        address=address,
        about=about,
        facts=facts or {},
    )
    return write_mails([mail])[0]


def write_mails(mails: Iterable[Mail]) -> list[Mail]:
    """Write mails in the present transaction, and wake a worker once it is committed.

    Where no worker wakes, the next run of the schedule finds the rows.
    """
    written_mails = Mail.objects.bulk_create(mails, batch_size=BATCH_SIZE)
    if written_mails:
        transaction.on_commit(wake_worker)
    return written_mails


def gather_mails(mails: Iterable[Mail]) -> list[Mail]:
    """Write mails whose `facts` are ids of rows by topic, in the present transaction.

    Where a mail of the same kind waits for the same reader, the new facts are added to it and no
    new mail is written; but not to one that a worker is just sending (its row is locked). All mails
    are of one kind and one consultation.
    """
    new_mail_by_reader = {(mail.reader_id, mail.capacity): mail for mail in mails}
    if not new_mail_by_reader:
        return []
    first_mail = next(iter(new_mail_by_reader.values()))
    waiting_mails = Mail.objects.waiting().filter(
        kind=first_mail.kind,
        consultation=first_mail.consultation,
        reader__in={reader_id for reader_id, _capacity_key in new_mail_by_reader},
    )
    extended_mails = []
    for mail in waiting_mails.select_for_update(skip_locked=True, of=("self",)).order_by("pk"):
        if new_mail := new_mail_by_reader.pop((mail.reader_id, mail.capacity), None):
            for topic, row_ids in new_mail.facts.items():
                mail.facts[topic] = sorted({*mail.facts.get(topic, ()), *row_ids})
            extended_mails.append(mail)
    Mail.objects.bulk_update(extended_mails, ["facts"], batch_size=BATCH_SIZE)
    return extended_mails + write_mails(list(new_mail_by_reader.values()))


def mails_to(
    accesses: Iterable[Access], kind: MailKind, *, about: int, **fields: Any
) -> Iterable[Mail]:
    """A mail of this kind to each person, once: who holds two posts gets it for the first.

    `about` is the id of the row that the mail is about.
    """
    first_access_by_user_id: dict[int, Access] = {}
    for access in accesses:
        first_access_by_user_id.setdefault(access.user.pk, access)
    for access in first_access_by_user_id.values():
        yield Mail(
            kind=kind,
            consultation=access.consultation,
            reader=access.user,
            capacity=access.capacity.key,
            about=about,
            **fields,
        )


def wake_worker() -> None:
    """Have a worker send what is due. Where the queue is out of reach, the schedule does it later.

    Tried once (`retry=False`), since a request may wait for it.
    """
    try:
        current_app.signature(SEND_MAILS_TASK).apply_async(retry=False)
    except OperationalError:
        return
