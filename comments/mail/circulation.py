"""A text goes out: the revision and the mails that tell of it are one act.

One mail to each person who takes part, whatever they chose: a circulation is official. The mails
are rows of the same transaction, so that none is lost where the queue is away, and each is sent
once, under the lock of its row (`notices`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.mail.digests import readers_of
from comments.models import Notice
from comments.news.new_items import Items, encode_id_ranges
from consultations.acts.frame import set_round
from consultations.mail import letters
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.wall_clock import words_for_reader
from drafts.circulating.circulation import adopt, circulate_revision
from drafts.models import Draft, Nature, Revision

# Under this name the items of a notice hold the revision that it tells of.
CIRCULATED = "circulated"


@dataclass(frozen=True, slots=True)
class CirculationLetter(letters.Letter):
    """The mail on a circulation. `items` are what it tells, so that no other notice does again."""

    items: Items = field(default_factory=dict)


# --- The act -------------------------------------------------------------------------------------


@transaction.atomic
def send_out(
    *,
    access: Access,
    draft: Draft,
    round: Round | None = None,
    new_round: Mapping[str, Any] | None = None,
    **terms: Any,
) -> Revision:
    """The round, the revision and its mails together, or none of them.

    `new_round` are the terms of `set_round`; the others those of `circulate_revision`.
    """
    asked = set_round(access=access, **new_round) if new_round else round
    revision = circulate_revision(access=access, draft=draft, round=asked, **terms)
    _announce(access, revision)
    return revision


@transaction.atomic
def adopt_as_it_stands(
    *, access: Access, draft: Draft, meeting: Meeting | None = None, note: str = ""
) -> Revision:
    """The last circulated text is adopted, and everybody is told."""
    revision = adopt(access=access, draft=draft, meeting=meeting, note=note)
    _announce(access, revision)
    return revision


def _announce(access: Access, revision: Revision) -> None:
    """Write one mail a person; who holds two posts gets it in the first."""
    first: dict[int, Access] = {}
    for reader in readers_of(access.consultation, access.moment):
        first.setdefault(reader.user.pk, reader)
    items = encode_id_ranges(_items(revision))
    gathered_at = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(
                consultation=access.consultation,
                reader=reader.user,
                capacity=reader.capacity.key,
                until=access.moment,
                items=items,
                gathered_at=gathered_at,
            )
            for reader in first.values()
        ],
        batch_size=500,
    )


def waiting_mails(revision: int) -> Iterator[int]:
    """The mails on a revision that were not sent yet, by key."""
    rows = Notice.objects.filter(sent_at=None, dropped_at=None)
    told = rows.filter(items__contains={CIRCULATED: str(revision)})
    yield from told.order_by("pk").values_list("pk", flat=True)


# --- The mail ------------------------------------------------------------------------------------


def circulation_letter(access: Access, items: Items) -> CirculationLetter | None:
    """The mail to one reader, in the language that is active: no wording, no rationale."""
    rows = Revision.objects.visible_to(access).select_related("draft", "round", "meeting")
    revision = rows.filter(pk__in=items[CIRCULATED]).first()
    if revision is None:
        return None
    title = _title(revision)
    return CirculationLetter(
        to=access.user.email,
        subject=title,
        template="comments/mail/circulated",
        context={
            "consultation": access.consultation,
            "title": title,
            "sentences": list(_sentences(access, revision)),
            "url": _url(access, revision, "reading"),
            "concordance_url": _url(access, revision, "concordance") if revision.number > 1 else "",
            "why": _why(access),
        },
        items=items,
    )


def _title(revision: Revision) -> str:
    words = {"text": revision.draft.title, "stage": revision.stage}
    if revision.nature == Nature.ADOPTED:
        return _("Adopted: %(text)s") % words
    return _("Circulated: %(text)s, %(stage)s") % words


def _sentences(access: Access, revision: Revision) -> Iterator[str]:
    """What went out, until when inputs are asked for, and whether a note comes with it."""
    own, zone = ZoneInfo(access.user.time_zone), access.consultation.zone

    def moment(at: datetime) -> str:
        return words_for_reader(at, zone, own)

    words = {
        "text": revision.draft.title,
        "stage": revision.stage,
        "nature": str(Nature(revision.nature).label),
        "moment": moment(revision.circulated_at),
    }
    if revision.nature == Nature.ADOPTED:
        yield _("%(text)s is adopted: %(stage)s, %(moment)s.") % words
        if revision.meeting:
            met = {"meeting": revision.meeting.title, "when": moment(revision.meeting.starts_at)}
            yield _("It was adopted at %(meeting)s, %(when)s.") % met
        yield _("Neither the text nor the inputs on it change from now on; both can be read.")
    else:
        yield _("%(stage)s of %(text)s is circulated (%(nature)s), %(moment)s.") % words
        yield _asked(access, revision.round, moment)
    if revision.note:
        yield _("A note of the co-facilitators stands at its head.")


def _asked(access: Access, round: Round | None, moment: Any) -> str:
    if round is None:
        return _("No inputs are asked for on it.")
    words = {"round": round.name, "deadline": moment(round.deadline)}
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        words["opens"] = moment(round.opens_at)
        return _("Inputs: “%(round)s” opens %(opens)s; the deadline is %(deadline)s.") % words
    return _("Inputs: “%(round)s”, until %(deadline)s.") % words


def _items(revision: Revision) -> Items:
    return {CIRCULATED: [revision.pk], "revisions": [revision.pk]}


def _url(access: Access, revision: Revision, page: str) -> str:
    named = [access.consultation.slug, revision.draft.slug, revision.number]
    return f"{settings.BASE_URL}{reverse(page, args=named)}"


def _why(access: Access) -> str:
    words = {"role": access.capacity.role_words, "name": access.capacity.name}
    if access.is_delegate:
        return _("You receive this as %(role)s of %(name)s. A circulation is told to all.") % words
    return _("You receive this as %(role)s. A circulation is told to all.") % words
