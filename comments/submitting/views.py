"""Submit own drafts: the page shows exactly what is submitted, who sees it and from when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.drafting.lines import (
    in_text_order_for_input_lines,
    input_line,
    own_and_room_comments,
    own_comments,
    submit_label,
)
from comments.groups.acts import opt_outs_by_comment_id
from comments.groups.mail_reach import MemberReach, reach_of_members
from comments.groups.queries import GroupMembers, members_of_groups
from comments.inputs.addresses import address_of_comment, get_comment
from comments.inputs.audience import (
    NO_REFUSAL,
    has_round_closed,
    in_time_rule,
    refusal_of,
    who_will_see,
    why_no_inputs_accepted,
)
from comments.inputs.content import why_too_long
from comments.inputs.queries import ready_to_submit_filter
from comments.models import Comment, CommentQuerySet, OptOut
from comments.receipts.own_inputs import member_names_today, outgoing_table
from comments.receipts.receipt import receipt_url
from comments.submitting.acts import submit_comments
from comments.table.cells import Printer
from comments.table.printed import PrintedRow, printed_rows
from consultations.models import Consent, Round
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import Phase, phase_of
from consultations.web.view_decorators import with_access
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class SubmittingBody:
    """In whose name drafts go: the delegation's own, or a group's with its members of today."""

    name: str
    # How many, in words: "3 inputs".
    count_text: str
    is_group: bool
    # The names of the members; where they differ from draft to draft, those of one of the drafts.
    members: tuple[str, ...]
    members_differ: bool


@dataclass(frozen=True, slots=True)
class SubmissionBatch:
    """Drafts of one round, with one consent, that go together, and who will see them."""

    round: Round
    # What the delegation allows with them, in words; empty for what the round allows.
    consent: str
    # The drafts, as the table will print them.
    rows: tuple[PrintedRow, ...]
    # Sentences on who will see them and from when, and the rule on being in time.
    visibility_sentences: tuple[str, ...]
    in_time_rule: str


@dataclass(frozen=True, slots=True)
class AmendedInput:
    """A new version against the version before it: its words and its reason."""

    # The number of the input that is replaced: "PRT-7".
    number: str
    language: str
    # How its proposed words and its rationale change.
    words: Redline
    rationale: Redline


@with_access
def submit_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Submit one draft: what is submitted, in whose name, who sees it and from when."""
    comment = get_comment(access, comment_public_id)
    if comment.submitted_at and request.method != "POST":
        return redirect(_receipt_or_input_url(access, comment))
    # Where the round has closed, the page says so, and shows what can still be done.
    if comment.submitted_at is None and not has_round_closed(access, comment.round):
        access.require(Act.SUBMIT_COMMENT, on=comment)
    access.require(Act.SUBMIT_COMMENT)
    only_this_draft = own_and_room_comments(access).filter(pk=comment.pk)
    return _submit_page(request, access, only_this_draft, back=address_of_comment(access, comment))


@with_access
def submit_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Submit all cleared drafts at once; whoever is alone in a delegation need not clear them."""
    access.require(Act.SUBMIT_COMMENT)
    ready_drafts = own_comments(access).filter(ready_to_submit_filter(access))
    workspace_url = reverse("workspace", args=[access.consultation.slug])
    return _submit_page(request, access, ready_drafts, back=workspace_url)


# --- The act -------------------------------------------------------------------------------------


def _submit_page(
    request: HttpRequest, access: Access, drafts: CommentQuerySet, *, back: str
) -> HttpResponse:
    """Show exactly what will be submitted; submit it when the same drafts, unchanged, come back."""
    refusal = NO_REFUSAL
    if request.method == "POST":
        try:
            return redirect(
                _receipt_or_input_url(access, _submit_shown_drafts(request, access, drafts))
            )
        except (Refused, ValidationError) as error:
            reason = " ".join(getattr(error, "messages", [str(error)]))
            refusal = refusal_of(access, _missed_round(request, access, drafts), reason)
    drafts_with_reasons = _drafts_with_reasons(
        access, in_text_order_for_input_lines(access, drafts)
    )
    ready_drafts = [draft for draft, reason in drafts_with_reasons if not reason]
    context = {
        "access": access,
        "title": submit_label(access, Counter(draft.seat_id for draft in ready_drafts)),
        "bodies": _bodies(access, ready_drafts),
        "unreached_names": _names_of_unreached(access, ready_drafts),
        "replaced_numbers": [
            draft.replaced_reference for draft in ready_drafts if draft.replaced_reference
        ],
        "amended_inputs": _amended_inputs(access, ready_drafts),
        "late_count": sum(
            phase_of(draft.round, access.moment) is Phase.LATE for draft in ready_drafts
        ),
        **_batches_context(access, ready_drafts),
        "unready_lines": [
            (input_line(access, draft), reason) for draft, reason in drafts_with_reasons if reason
        ],
        "box_values": [_id_and_version(draft) for draft in ready_drafts],
        "ready_count": len(ready_drafts),
        "back": back,
        "refusal": refusal,
    }
    return render(
        request, "comments/submitting/submit.html", context, status=422 if refusal else 200
    )


def _missed_round(request: HttpRequest, access: Access, drafts: CommentQuerySet) -> Round | None:
    """The round of a draft that the page had shown, if it closed since; else None."""
    # The value of a box is that of `_id_and_version`.
    sent_public_ids = {box.partition(":")[0] for box in request.POST.getlist("comment")}
    sent_drafts = (
        draft for draft in drafts.select_related("round") if str(draft.public_id) in sent_public_ids
    )
    return next(
        (draft.round for draft in sent_drafts if has_round_closed(access, draft.round)), None
    )


def _names_of_unreached(access: Access, ready_drafts: Sequence[Comment]) -> list[str]:
    """The members whom no mail on the silence reached: that they said nothing may be no consent."""
    room_drafts = [draft for draft in ready_drafts if draft.in_room]
    members_by_group_seat_id = members_of_groups(access, {draft.seat for draft in room_drafts})
    opt_outs = opt_outs_by_comment_id(room_drafts)
    names = set()
    for draft in room_drafts:
        group_members = members_by_group_seat_id.get(draft.seat_id, GroupMembers())
        asked_members = _asked_members(draft, group_members, opt_outs.get(draft.pk, ()))
        names |= {member.name for member in asked_members if not member.is_reached}
    return sorted(names)


def _asked_members(
    draft: Comment, group_members: GroupMembers, opt_outs: Iterable[OptOut]
) -> list[MemberReach]:
    """The members whose silence counts as consent, each with whether a mail on it reached them.

    Members that opted out of the draft are left out.
    """
    names_of_opted_out = {opt_out.seat.name_for_reader for opt_out in opt_outs}
    members = reach_of_members([draft], group_members).get(draft.pk, ())
    return [member for member in members if member.name not in names_of_opted_out]


def _submit_shown_drafts(request: HttpRequest, access: Access, drafts: CommentQuerySet) -> Comment:
    """Submit the drafts that the page showed, and return the first.

    Raises Refused or ValidationError. A second click finds them submitted and gets the same
    receipt. Only what the act needs is read, not what a page shows: in the minute before a
    deadline everybody submits.
    """
    drafts_with_relations = drafts.select_related(
        "seat", "filed_by", "round", "wording", "paragraph__draft"
    )
    ready_drafts = [
        draft for draft, reason in _drafts_with_reasons(access, drafts_with_relations) if not reason
    ]
    # The value of a box is that of `_id_and_version`.
    sent_boxes = request.POST.getlist("comment")
    draft_public_ids = [box.partition(":")[0] for box in sent_boxes]
    chosen_drafts = _get_drafts(access, draft_public_ids, ready_drafts)
    is_second_press = bool(chosen_drafts) and all(draft.submitted_at for draft in chosen_drafts)
    is_as_shown = set(sent_boxes) == {_id_and_version(draft) for draft in ready_drafts}
    if not is_second_press and not (sent_boxes and is_as_shown):
        raise ValidationError(
            _("Something changed since this page was shown. Please review it again.")
        )
    # Compared again under the lock: a colleague may save at this moment.
    versions = {draft.public_id: draft.version for draft in chosen_drafts}
    return submit_comments(access=access, comments=chosen_drafts, versions=versions)[0]


def _get_drafts(
    access: Access, public_ids: Sequence[str], ready_drafts: Sequence[Comment]
) -> list[Comment]:
    """The drafts with these public ids: the ready ones; by a query where one is no longer ready."""
    draft_by_public_id = {str(draft.public_id): draft for draft in ready_drafts}
    if not draft_by_public_id.keys() >= set(public_ids):
        if not all(map(_is_uuid, public_ids)):
            return []
        draft_by_public_id = {
            str(draft.public_id): draft
            for draft in own_and_room_comments(access).filter(public_id__in=public_ids)
        }
    return [
        draft_by_public_id[public_id]
        for public_id in dict.fromkeys(public_ids)
        if public_id in draft_by_public_id
    ]


def _drafts_with_reasons(access: Access, comments: Iterable[Comment]) -> list[tuple[Comment, str]]:
    """The drafts among the comments, each with why it cannot be submitted; empty where it can."""
    return [
        (comment, _why_not_ready(access, comment))
        for comment in comments
        if comment.submitted_at is None
    ]


def _why_not_ready(access: Access, draft: Comment) -> str:
    """Why a draft cannot be submitted; empty where it can."""
    refusal = (
        why_no_inputs_accepted(access, draft.round, draft.adopted_at)
        or access.may(Act.SUBMIT_COMMENT, on=draft).reason
    )
    return refusal or why_too_long(draft)


def _receipt_or_input_url(access: Access, submitted_comment: Comment) -> str:
    """The address of the input's receipt; where another delegation filed it, of the input."""
    return receipt_url(access, submitted_comment) or reverse(
        "comment", args=[access.consultation.slug, submitted_comment.public_id]
    )


def _is_uuid(text: str) -> bool:
    """Whether the text of a form is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _id_and_version(draft: Comment) -> str:
    """A draft and its version: the value of its check box, which the button confirms."""
    return f"{draft.public_id}:{draft.version}"


# --- What the page shows -------------------------------------------------------------------------


def _batches_context(access: Access, ready_drafts: Sequence[Comment]) -> dict[str, object]:
    """The drafts as the table will print them, in batches by round and consent.

    Their numbers are given once they are submitted, so the first column (the number) is left out.
    """
    if not ready_drafts:
        return {"batches": []}
    table = outgoing_table(access, ready_drafts)
    printer = Printer(table)
    round_by_batch_key = {_batch_key(draft): draft.round for draft in ready_drafts}
    printed_rows_by_batch_key: dict[tuple[int, str], list[PrintedRow]] = {
        batch_key: [] for batch_key in round_by_batch_key
    }
    urls = (address_of_comment(access, draft) for draft in ready_drafts)
    rows_with_urls = zip(table.rows, urls, strict=True)
    for draft, printed_row in zip(
        ready_drafts, printed_rows(printer, rows_with_urls, link_column=1), strict=True
    ):
        printed_rows_by_batch_key[_batch_key(draft)].append(printed_row)
    return {
        "columns": printer.head.columns[1:],
        "batches": [
            SubmissionBatch(
                round=round,
                rows=tuple(printed_rows_by_batch_key[round_id, consent]),
                consent=_consent_words(consent),
                visibility_sentences=tuple(who_will_see(access, round, consent)),
                in_time_rule=in_time_rule(round),
            )
            for (round_id, consent), round in round_by_batch_key.items()
        ],
    }


def _consent_words(consent: str) -> str:
    """What the delegation allows with an input, in words; empty for what the round allows."""
    return "" if consent == Consent.ROUND else str(Consent(consent).label)


def _batch_key(draft: Comment) -> tuple[int, str]:
    """The id of the round and the consent: the drafts that have both in common are one batch."""
    return draft.round_id, draft.consent


def _amended_inputs(access: Access, ready_drafts: Sequence[Comment]) -> list[AmendedInput]:
    """The new versions among the drafts, against what they replace: at most one query."""
    # By the seat and the number of the input that each draft is to replace.
    draft_by_amended_input = {
        (draft.seat_id, draft.amends): draft for draft in ready_drafts if draft.amends
    }
    if not draft_by_amended_input:
        return []
    seat_ids, input_numbers = zip(*draft_by_amended_input, strict=True)
    in_force = Comment.objects.visible_to(access).in_force()
    amended_inputs = in_force.filter(seat__in=seat_ids, number__in=input_numbers).in_table_order()
    return [
        AmendedInput(
            number=draft.replaced_reference,
            language=draft.language,
            words=redline(amended_input.proposed, draft.proposed),
            rationale=redline(amended_input.rationale, draft.rationale),
        )
        for amended_input in amended_inputs
        # Each was found by its number; it may be the input of another seat with that number.
        if amended_input.number
        and (draft := draft_by_amended_input.get((amended_input.seat_id, amended_input.number)))
    ]


def _bodies(access: Access, ready_drafts: Sequence[Comment]) -> list[SubmittingBody]:
    """In whose names the drafts go: the own delegation first, then groups with their members."""
    members_by_draft_id = member_names_today(access, ready_drafts)
    own_seat_id = access.seat.pk if access.seat else None
    seat_by_id = {draft.seat_id: draft.seat for draft in ready_drafts}
    count_by_seat_id = Counter(draft.seat_id for draft in ready_drafts)
    bodies = []
    seats_in_order = sorted(
        seat_by_id.values(), key=lambda seat: (seat.pk != own_seat_id, seat.rank, seat.sort_key)
    )
    for seat in seats_in_order:
        member_lists = {
            tuple(members_by_draft_id.get(draft.pk, ()))
            for draft in ready_drafts
            if draft.seat_id == seat.pk
        }
        count = count_by_seat_id[seat.pk]
        bodies.append(
            SubmittingBody(
                name=seat.name_for_reader,
                count_text=ngettext("%(n)d input", "%(n)d inputs", count) % {"n": count},
                is_group=seat.pk != own_seat_id,
                members=next(iter(member_lists)),
                members_differ=len(member_lists) > 1,
            )
        )
    return bodies
