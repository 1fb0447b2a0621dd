"""The inputs of a delegation as the table will show them: about to be submitted, or submitted."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language, gettext, ngettext, override

from comments.groups.acts import opt_outs_by_comment_id
from comments.models import Comment, Receipt
from comments.table.compiled import Table, TableRows, dated_stages, handling_mark, stage_checksums
from comments.table.queries import read_wording_places
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
    table = _table_of_inputs(
        access, comments, cut_off=access.moment, language=get_language() or "en"
    )
    member_names_by_id = member_names_today(access, comments)
    rows = [
        replace(
            row,
            on_behalf_of=_filing_note(access, comment),
            member_names=tuple(member_names_by_id.get(comment.pk, ())),
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
    table = _table_of_inputs(access, comments, cut_off=receipt.submitted_at, language=language)
    revisions = list(dict.fromkeys(comment.wording.revision for comment in comments))
    return replace(
        table, dated_stages=dated_stages(revisions), stage_checksums=stage_checksums(revisions)
    )


def member_names_today(access: Access, comments: Sequence[Comment]) -> Mapping[int, list[str]]:
    """The names of the members that each group's input would list, by the id of the comment.

    Those who opted out of it are left out.
    """
    group_comments = [
        comment for comment in comments if access.seat is None or comment.seat_id != access.seat.pk
    ]
    if not group_comments:
        return {}
    group_ids = {comment.seat.delegation_id for comment in group_comments}
    sitting_name_by_delegation_id = {
        seat.delegation_id: seat.name_for_reader
        for seat in Seat.objects.filter(consultation=access.consultation)
    }
    memberships = GroupMembership.objects.in_force(access.moment).filter(group__in=group_ids)
    ordered = memberships.select_related("member").order_by("member__sort_key", "pk")
    opted_out_pairs = {
        (comment_id, opt_out.seat.delegation_id)
        for comment_id, opt_outs in opt_outs_by_comment_id(group_comments).items()
        for opt_out in opt_outs
    }
    return {
        comment.pk: [
            sitting_name_by_delegation_id.get(membership.member_id, membership.member.name)
            for membership in ordered
            if membership.group_id == comment.seat.delegation_id
            and (comment.pk, membership.member_id) not in opted_out_pairs
        ]
        for comment in group_comments
    }


def _table_of_inputs(
    access: Access, comments: Sequence[Comment], *, cut_off: datetime, language: str
) -> Table:
    """A table of these inputs or drafts alone, in the given order."""
    revisions: list[Revision] = list({comment.wording.revision: None for comment in comments})
    own_name = access.seat.name_for_reader if access.seat else access.capacity.name
    with override(language):
        place_by_wording_id, revision_labels = read_wording_places(
            revisions, cut_off, sorts_by_revision=False
        )
        rows = TableRows(
            access=access,
            copy="circulation",
            cut_off=cut_off,
            language=language,
            has_replies=False,
            comment_ids=array("q", (comment.pk for comment in comments)),
            place_by_wording_id=place_by_wording_id,
            revision_labels=revision_labels,
            shows_consent=True,
            seat_by_id={
                seat.pk: seat for seat in Seat.objects.filter(consultation=access.consultation)
            },
        )
        return Table(
            title=_title(len(comments), own_name),
            consultation_title=access.consultation.title,
            text_titles=tuple(dict.fromkeys(revision.draft.title for revision in revisions)),
            # Without days: a preview; receipt_table puts the dated ones in.
            dated_stages=tuple(dict.fromkeys(revision.stage for revision in revisions)),
            cut_off=cut_off,
            handling_mark=handling_mark(access, is_for_facilitators=False),
            copy="circulation",
            layout="grid",
            language=language,
            row_count=len(comments),
            rows=rows,
        )


def _title(count: int, own_name: str) -> str:
    values = {"n": count, "name": own_name}
    return ngettext("%(n)d input of %(name)s", "%(n)d inputs of %(name)s", count) % values


def _filing_note(access: Access, comment: Comment) -> str:
    """Who files a group's input: the reader's delegation, which submits it; empty for its own."""
    if access.seat is None or comment.seat_id == access.seat.pk:
        return ""
    return gettext("filed by %(name)s") % {"name": access.seat.name_for_reader}


def _status(access: Access, comment: Comment) -> str:
    """The remarks in the row: which input it replaces, that it would be late, its consent."""
    remarks = []
    if comment.replaced_reference:
        remarks.append(
            gettext("new version of %(number)s") % {"number": comment.replaced_reference}
        )
    if phase_of(comment.round, access.moment) is Phase.LATE:
        remarks.append(gettext("late"))
    if comment.consent != Consent.ROUND:
        remarks.append(str(Consent(comment.consent).label))
    return gettext(", ").join(remarks)
