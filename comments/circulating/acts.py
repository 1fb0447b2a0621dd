"""Circulates and adopts texts: the revision and the mails that announce it are one act.

Each person who takes part gets one mail, whatever mail they chose: a circulation is official.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from comments.news.items import encode_id_ranges
from comments.review.open_inputs import require_open_inputs_confirmed
from consultations.models import MailKind, Meeting, Round
from consultations.outbox.readers import readers_of
from consultations.outbox.writing import mails_to, write_mails
from consultations.rules.access import Access
from consultations.timetable.acts import create_round
from drafts.circulating.acts import adopt, circulate_revision
from drafts.models import Draft, Revision


@transaction.atomic
def circulate_and_announce(
    *,
    access: Access,
    draft: Draft,
    round: Round | None = None,
    new_round_terms: Mapping[str, Any] | None = None,
    confirmed_mark: str = "",
    **terms: Any,
) -> Revision:
    """Circulate a text: its round, its revision and its mails together, or none of them.

    `new_round_terms` are arguments of `create_round`, for a round that is made with it; `terms` are
    those of `circulate_revision`. `confirmed_mark` says which inputs without an answer the person
    saw and confirmed: see `require_open_inputs_confirmed`.
    """
    require_open_inputs_confirmed(access, draft, confirmed_mark)
    if new_round_terms:
        round = create_round(access=access, **new_round_terms)
    revision = circulate_revision(access=access, draft=draft, round=round, **terms)
    _announce(access, revision)
    return revision


@transaction.atomic
def adopt_and_announce(
    *,
    access: Access,
    draft: Draft,
    meeting: Meeting | None = None,
    note: str = "",
    confirmed_mark: str = "",
    shown_number: int | None = None,
) -> Revision:
    """Adopt the last circulated text, and tell everybody.

    `confirmed_mark` is that of `circulate_and_announce`; `note` opens the adopted text;
    `shown_number` is that of `adopt`.
    """
    require_open_inputs_confirmed(access, draft, confirmed_mark)
    revision = adopt(
        access=access, draft=draft, meeting=meeting, note=note, shown_number=shown_number
    )
    _announce(access, revision)
    return revision


def _announce(access: Access, revision: Revision) -> None:
    """Write a mail to each person who takes part.

    The `items` of each mail hold the id of the revision, so that notices on watched paragraphs do
    not tell of it again.
    """
    readers = readers_of(access.consultation, access.moment)
    items = encode_id_ranges({"revisions": [revision.pk]})
    mails = mails_to(
        readers, MailKind.CIRCULATION, about=revision.pk, until=access.moment, items=items
    )
    write_mails(mails)
