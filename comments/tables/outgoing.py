"""The inputs of a delegation as the table will show them: about to be submitted, or submitted."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language, gettext, ngettext, override

from comments.models import Comment, OptOut, Receipt
from comments.tables.positions import places_of
from comments.tables.table import Table, TableRows, checksums_of, revision_words
from consultations.models import Consent, Seat
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from delegations.models import GroupMembership
from drafts.models import Revision


def outgoing_table(access: Access, comments: Sequence[Comment]) -> Table:
    """Drafts as the table will show them if they are submitted now, in the given order.

    A group's draft lists its members of today. Needs `round`, `seat` and
    `wording__revision__draft` of each.
    """
    table = _table(access, comments, cut_off=access.moment, language=get_language() or "en")
    members = members_today(access, comments)
    rows = [
        replace(
            row,
            on_behalf_of=_filed_by(access, comment),
            members=tuple(members.get(comment.pk, ())),
            status=_status(access, comment),
        )
        for row, comment in zip(table.rows, comments, strict=True)
    ]
    return replace(table, rows=rows)


def receipt_table(access: Access, receipt: Receipt, comments: Sequence[Comment]) -> Table:
    """The inputs of a receipt as they were submitted, whatever became of them since.

    It shows the state at the moment of submission, so that a receipt always gives the same paper.
    """
    language = get_language() or "en"
    table = _table(access, comments, cut_off=receipt.submitted_at, language=language)
    revisions = list(dict.fromkeys(row.wording.revision for row in comments))
    return replace(table, revisions=revision_words(revisions), checksums=checksums_of(revisions))


def members_today(access: Access, comments: Sequence[Comment]) -> Mapping[int, list[str]]:
    """The members that a group's input would list, by comment, without those who opted out."""
    filed = [row for row in comments if access.seat is None or row.seat_id != access.seat.pk]
    if not filed:
        return {}
    groups = {row.seat.delegation_id for row in filed}
    names = {
        seat.delegation_id: seat.name_for_reader
        for seat in Seat.objects.filter(consultation=access.consultation)
    }
    memberships = GroupMembership.objects.holding(access.moment).filter(group__in=groups)
    members = memberships.select_related("member").order_by("member__sort_key", "pk")
    opted_out = _opted_out(filed)
    return {
        row.pk: [
            names.get(member.member_id, member.member.name)
            for member in members
            if member.group_id == row.seat.delegation_id
            and (row.pk, member.member_id) not in opted_out
        ]
        for row in filed
    }


def _opted_out(filed: Sequence[Comment]) -> set[tuple[int, int]]:
    """(comment, member) for those who opted out of it, or of the input that it is to replace."""
    seats, numbers = {row.seat_id for row in filed}, {row.amends for row in filed} - {None}
    versions = Q(comment__seat__in=seats, comment__number__in=numbers)
    rows = OptOut.objects.filter(Q(comment__in=filed) | versions, withdrawn_at=None)
    opt_outs = set(
        rows.values_list("comment", "comment__seat", "comment__number", "seat__delegation")
    )
    return {
        (row.pk, member)
        for row in filed
        for comment, seat, number, member in opt_outs
        if comment == row.pk or (number and (seat, number) == (row.seat_id, row.amends))
    }


def _table(
    access: Access, comments: Sequence[Comment], *, cut_off: datetime, language: str
) -> Table:
    revisions: list[Revision] = list({row.wording.revision: None for row in comments})
    name = access.seat.name_for_reader if access.seat else access.capacity.name
    with override(language):
        places, labels = places_of(revisions, cut_off, by_revision=False)
        rows = TableRows(
            access=access,
            copy="circulation",
            cut_off=cut_off,
            language=language,
            has_replies=False,
            keys=array("q", (row.pk for row in comments)),
            places=places,
            labels=labels,
            says_consent=True,
            seats={seat.pk: seat for seat in Seat.objects.filter(consultation=access.consultation)},
        )
        return Table(
            title=_title(len(comments), name),
            consultation=access.consultation.title,
            texts=tuple(dict.fromkeys(revision.draft.title for revision in revisions)),
            revisions=tuple(dict.fromkeys(revision.stage for revision in revisions)),
            cut_off=cut_off,
            handling=access.consultation.handling
            or gettext("For participants of the consultation only"),
            copy="circulation",
            layout="grid",
            language=language,
            count=len(comments),
            rows=rows,
        )


def _title(count: int, name: str) -> str:
    words = {"n": count, "name": name}
    return ngettext("%(n)d input of %(name)s", "%(n)d inputs of %(name)s", count) % words


def _filed_by(access: Access, comment: Comment) -> str:
    """Who files it for a group; a draft of a group room is filed by whoever submits it."""
    if access.seat is None or comment.seat_id == access.seat.pk:
        return ""
    return gettext("filed by %(name)s") % {"name": access.seat.name_for_reader}


def _status(access: Access, comment: Comment) -> str:
    marks = []
    if comment.replaces:
        marks.append(gettext("new version of %(number)s") % {"number": comment.replaces})
    if phase_of(comment.round, access.moment) is Phase.LATE:
        marks.append(gettext("late"))
    if comment.consent != Consent.ROUND:
        marks.append(str(Consent(comment.consent).label))
    return ", ".join(marks)
