"""Submit own drafts: the page shows exactly what is submitted, who sees it and from when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from comments.acts.submission import submit_comments
from comments.acts.word_limits import why_too_long
from comments.desks.rooms import GroupMembers, members_of_groups
from comments.desks.silence_reached import MemberReach, reach_of_members
from comments.desks.workspace import ready_to_submit
from comments.exports.cells import Printer
from comments.models import Comment, CommentQuerySet, OptOut
from comments.pages.input_lines import (
    line_of,
    own_and_room_inputs,
    own_inputs,
    submit_label,
    with_lines,
)
from comments.pages.printed import PrintedRow, printed_rows
from comments.pages.writing_pages import address_of_comment, comment_of
from comments.papers.receipts import address_of_receipt
from comments.tables.outgoing import members_today, outgoing_table
from comments.threads.audience import in_time_rule, who_will_see, why_no_form
from comments.threads.missed_deadline import NO_REFUSAL, has_round_closed, refusal_of
from consultations.models import Consent, Round
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import Phase, phase_of
from delegations.reader_names import name_for_reader
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class SubmittingBody:
    """In whose name drafts go: the delegation's own, or a group's with its members of today."""

    name: str
    inputs: str
    is_group: bool
    members: tuple[str, ...]
    members_differ: bool


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """Drafts of one round, with one consent, that go together, and who will see them."""

    round: Round
    consent: str
    rows: tuple[PrintedRow, ...]
    seen: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class AmendedInput:
    """A new version against the version before it: its words and its reason."""

    number: str
    language: str
    words: Redline
    reason: Redline


@never_cache
@with_access
def submit_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Submit one draft: what is submitted, in whose name, who sees it and from when."""
    stored = comment_of(access, comment)
    if stored.submitted_at and request.method != "POST":
        return redirect(_receipt_or_input_url(access, stored))
    if stored.submitted_at is None and not has_round_closed(access, stored.round):
        access.require(Act.SUBMIT_COMMENT, on=stored)
    access.require(Act.SUBMIT_COMMENT)
    rows = own_and_room_inputs(access).filter(pk=stored.pk)
    return _submit_page(request, access, rows, back=address_of_comment(access, stored))


@never_cache
@with_access
def submit_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Submit all cleared drafts at once; whoever is alone in a delegation need not clear them."""
    access.require(Act.SUBMIT_COMMENT)
    rows = own_inputs(access).filter(ready_to_submit(access))
    back = reverse("workspace", args=[access.consultation.slug])
    return _submit_page(request, access, rows, back=back)


# --- The act -------------------------------------------------------------------------------------


def _submit_page(
    request: HttpRequest, access: Access, rows: CommentQuerySet, *, back: str
) -> HttpResponse:
    """Show exactly what will be submitted; submit it when the same drafts, unchanged, come back."""
    refused = NO_REFUSAL
    if request.method == "POST":
        try:
            return redirect(_receipt_or_input_url(access, _submit(request, access, rows)))
        except (Refused, ValidationError) as error:
            reason = " ".join(getattr(error, "messages", [str(error)]))
            refused = refusal_of(access, _missed_round(request, access, rows), reason)
    unsent = _unsent(access, with_lines(access, rows))
    ready = [row for row, reason in unsent if not reason]
    context = {
        "access": access,
        "title": submit_label(access, Counter(row.seat_id for row in ready)),
        "bodies": _bodies(access, ready),
        "unreached": _unreached(access, ready),
        "replaced": [row.replaces for row in ready if row.replaces],
        "amended": _amended_inputs(access, ready),
        "late": sum(phase_of(row.round, access.moment) is Phase.LATE for row in ready),
        **_batches_context(access, ready),
        "left": [(line_of(access, row), reason) for row, reason in unsent if reason],
        "sent": [_id_and_version(row) for row in ready],
        "count": len(ready),
        "back": back,
        "refused": refused,
    }
    return render(request, "comments/submit.html", context, status=422 if refused else 200)


def _missed_round(request: HttpRequest, access: Access, rows: CommentQuerySet) -> Round | None:
    """The round of a draft that the page had shown, where it closed since."""
    sent_ids = {box.partition(":")[0] for box in request.POST.getlist("comment")}
    drafts = (row for row in rows.select_related("round") if str(row.public_id) in sent_ids)
    return next((row.round for row in drafts if has_round_closed(access, row.round)), None)


def _unreached(access: Access, ready: Sequence[Comment]) -> list[str]:
    """The members that no mail on the silence reached: theirs may be no consent."""
    rows = [row for row in ready if row.in_room]
    sitting = members_of_groups(access, {row.seat for row in rows})
    return sorted(
        {
            member.name
            for row in rows
            for member in _told_members(row, sitting.get(row.seat_id, GroupMembers()))
            if not member.is_reached
        }
    )


def _told_members(row: Comment, sitting: GroupMembers) -> list[MemberReach]:
    """The members behind the draft, with how far each was told; without those that opted out."""
    opt_outs = OptOut.objects.filter(comment=row, withdrawn_at=None)
    opted_out = {name_for_reader(name) for name in opt_outs.values_list("seat__name", flat=True)}
    reached = reach_of_members([row], sitting).get(row.pk, ())
    return [one for one in reached if one.name not in opted_out]


def _submit(request: HttpRequest, access: Access, rows: CommentQuerySet) -> Comment:
    """Submit what the page showed, and return the first; raises where it was not taken.

    A second click finds it submitted, and gets the same receipt. Nothing is shown, so the rows
    come without what a line needs: in the minute before a deadline everybody submits.
    """
    drafts = rows.select_related("seat", "filed_by", "round", "wording", "paragraph__draft")
    ready = [row for row, reason in _unsent(access, drafts) if not reason]
    sent = request.POST.getlist("comment")
    ids = [box.partition(":")[0] for box in sent]
    chosen = _drafts_by_id(access, ids, ready)
    is_second_press = bool(chosen) and all(row.submitted_at for row in chosen)
    if not is_second_press and (not sent or set(sent) != {_id_and_version(row) for row in ready}):
        raise ValidationError(
            _("Something changed since this page was shown. Please review it again.")
        )
    return submit_comments(access=access, comments=chosen)[0]


def _drafts_by_id(access: Access, ids: Sequence[str], ready: Sequence[Comment]) -> list[Comment]:
    """The drafts that the page had shown, read again only where some are no longer ready."""
    known = {str(row.public_id): row for row in ready}
    if not known.keys() >= set(ids):
        if not all(map(_is_uuid, ids)):
            return []
        known = {
            str(row.public_id): row for row in own_and_room_inputs(access).filter(public_id__in=ids)
        }
    return [known[id] for id in dict.fromkeys(ids) if id in known]


def _unsent(access: Access, rows: Iterable[Comment]) -> list[tuple[Comment, str]]:
    """The drafts among the rows, each with the reason why it cannot be submitted, if any."""
    return [(row, _why_not_ready(access, row)) for row in rows if row.submitted_at is None]


def _why_not_ready(access: Access, row: Comment) -> str:
    refused = why_no_form(access, row.round) or access.may(Act.SUBMIT_COMMENT, on=row).reason
    return refused or why_too_long(row)


def _receipt_or_input_url(access: Access, submitted: Comment) -> str:
    """The page of its receipt; where another delegation filed it, the page of the input."""
    return address_of_receipt(access, submitted) or reverse(
        "comment", args=[access.consultation.slug, submitted.public_id]
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _id_and_version(row: Comment) -> str:
    """A draft and its version: what the button confirms."""
    return f"{row.public_id}:{row.version}"


# --- What the page shows -------------------------------------------------------------------------


def _batches_context(access: Access, ready: Sequence[Comment]) -> dict[str, object]:
    """The drafts as the table will print them, round by round; their numbers are still to come."""
    if not ready:
        return {"batches": []}
    table = outgoing_table(access, ready)
    printer = Printer(table)
    rounds = {_batch_key(row): row.round for row in ready}
    gathered: dict[tuple[int, str], list[PrintedRow]] = {key: [] for key in rounds}
    urls = (address_of_comment(access, row) for row in ready)
    rows_with_urls = zip(table.rows, urls, strict=True)
    for comment, printed in zip(ready, printed_rows(printer, rows_with_urls, first=1), strict=True):
        gathered[_batch_key(comment)].append(printed)
    return {
        "columns": printer.head.columns[1:],
        "batches": [
            DraftBatch(
                round=round,
                rows=tuple(gathered[key]),
                consent=str(Consent(key[1]).label) if key[1] != Consent.ROUND else "",
                seen=tuple(who_will_see(access, round, key[1])),
                rule=in_time_rule(round),
            )
            for key, round in rounds.items()
        ],
    }


def _batch_key(row: Comment) -> tuple[int, str]:
    """Drafts of one batch have the same readers: their round, and what the delegation allows."""
    return row.round_id, row.consent


def _amended_inputs(access: Access, ready: Sequence[Comment]) -> list[AmendedInput]:
    """The new versions among the drafts: one query, none where there is no new version."""
    drafts = {(row.seat_id, row.amends): row for row in ready if row.amends}
    if not drafts:
        return []
    seats, numbers = zip(*drafts, strict=True)
    in_force = Comment.objects.visible_to(access).in_force()
    amended = in_force.filter(seat__in=seats, number__in=numbers).in_table_order()
    return [
        AmendedInput(
            number=draft.replaces,
            language=draft.language,
            words=redline(amended_input.proposed, draft.proposed),
            reason=redline(amended_input.rationale, draft.rationale),
        )
        for amended_input in amended
        if amended_input.number
        and (draft := drafts.get((amended_input.seat_id, amended_input.number)))
    ]


def _bodies(access: Access, ready: Sequence[Comment]) -> list[SubmittingBody]:
    """In whose names they are submitted: the own one first, then groups with their members."""
    members = members_today(access, ready)
    own_key = access.seat.pk if access.seat else None
    seats = {row.seat_id: row.seat for row in ready}
    counts = Counter(row.seat_id for row in ready)
    bodies = []
    for key in sorted(
        seats, key=lambda key: (key != own_key, seats[key].rank, seats[key].sort_key)
    ):
        member_lists = {tuple(members.get(row.pk, ())) for row in ready if row.seat_id == key}
        bodies.append(
            SubmittingBody(
                name=seats[key].name_for_reader,
                inputs=ngettext("%(n)d input", "%(n)d inputs", counts[key]) % {"n": counts[key]},
                is_group=key != own_key,
                members=next(iter(member_lists)),
                members_differ=len(member_lists) > 1,
            )
        )
    return bodies
