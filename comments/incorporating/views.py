"""Incorporate proposals into the working text: choose changes, preview them, confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.incorporating.acts import ChosenProposal, incorporate_paragraph_act, incorporate_words
from comments.incorporating.proposals import DeskProposal, Fit
from comments.incorporating.queries import ParagraphOnDesk, paragraph_on_desk
from comments.inputs.addresses import review_address
from comments.inputs.citations import join_with_and
from comments.models import CommentKind, Incorporation
from consultations.rules.access import Access, Act
from consultations.web.forms import sent_number
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion
from drafts.desk.steps import undo_step
from drafts.words.differences import Redline, redline
from drafts.words.hunks import AppliedChange, HunkConflict, WantedChange, apply_changes
from drafts.words.merging import MERGE_CHOICES, MergeChoice
from drafts.words.quoting import quoted_beginning

# The HTML id of the element of the desk with the proposals on the open paragraph.
DESK_PROPOSALS_ID = "desk-proposals"
# How many proposals that element shows.
MAX_PROPOSALS = 20


@dataclass(frozen=True, slots=True)
class ChosenHunks:
    """What was ticked on the page: changes of proposals, and what is chosen where two conflict.

    A hunk is one change of a proposal. Inputs are named by their number: "PRT-7".
    """

    # By the number of the input: which of its hunks, counted from 0.
    hunks: Mapping[str, frozenset[int]]
    # By the number of the input and the key of the conflict: whose words are chosen.
    choices: Mapping[str, Mapping[str, MergeChoice]]

    @classmethod
    def read(cls, form_data: QueryDict) -> "ChosenHunks":
        """Read what was ticked from an address or a form: take=PRT-7.0, choice.PRT-7.1a2b=mine."""
        hunks: dict[str, set[int]] = {}
        for ticked_hunk in form_data.getlist("take"):
            reference, _dot, number_text = ticked_hunk.rpartition(".")
            hunk_number = sent_number(number_text)
            if hunk_number is not None:
                hunks.setdefault(reference, set()).add(hunk_number)
        choices: dict[str, dict[str, MergeChoice]] = {}
        for field_name, choice in form_data.items():
            prefix, *reference_and_key = field_name.split(".")
            if prefix == "choice" and len(reference_and_key) == 2 and choice in MERGE_CHOICES:
                reference, conflict_key = reference_and_key
                choices.setdefault(reference, {})[conflict_key] = choice
        return cls(
            {reference: frozenset(hunk_numbers) for reference, hunk_numbers in hunks.items()},
            choices,
        )

    @classmethod
    def all_of(cls, proposal: DeskProposal) -> "ChosenHunks":
        """Choose every change of a proposal that is not in the text yet and belongs here.

        Where the paragraph was split, some changes may belong to another of its pieces.
        """
        hunk_numbers = frozenset(
            hunk_number
            for hunk_number, hunk in enumerate(proposal.hunks)
            if hunk.fit != Fit.ALREADY and hunk.other_piece is None
        )
        return cls({proposal.comment.reference: hunk_numbers}, {})

    def chosen_proposals(
        self, on_desk: ParagraphOnDesk
    ) -> list[tuple[DeskProposal, ChosenProposal]]:
        """The proposals of which something is chosen, in table order, each with what is chosen.

        What is ticked of a proposal without hunks counts for nothing.
        """
        return [
            (
                proposal,
                ChosenProposal(
                    proposal.comment, hunk_numbers, self.choices.get(proposal.comment.reference, {})
                ),
            )
            for proposal in on_desk.proposals
            if (hunk_numbers := self.hunks.get(proposal.comment.reference)) and proposal.hunks
        ]


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """A conflict as the page shows it, with the delegation whose words conflict."""

    # The name of the form field in which it is decided.
    field_name: str
    # The delegation of the proposal.
    delegation_name: str
    hunk_conflict: HunkConflict
    # Whether the proposal is the first that was chosen: it conflicts with the text alone, others
    # also with the words of those chosen before.
    is_first: bool


@dataclass(frozen=True, slots=True)
class IncorporationResult:
    """What the paragraph becomes with the chosen words."""

    # The new words against the words of the working text.
    pieces: Redline
    conflicts: tuple[ShownConflict, ...]
    # The names of the delegations whose words change the paragraph.
    delegation_names: str
    # Whether every conflict is decided.
    is_decided: bool
    changes_nothing: bool


@with_access
def incorporate(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """Choose changes, preview the paragraph with them, incorporate them.

    htmx gets a part of the page: the preview, the proposals beside the desk, or for the thread of
    an input the part of its card.
    """
    on_desk = paragraph_on_desk(access, paragraph_public_id)
    access.require(Act.EDIT_TEXT, on=on_desk.paragraph.draft)
    if request.method != "POST":
        if request.htmx and request.htmx.target == DESK_PROPOSALS_ID:  # type: ignore[attr-defined]
            return _beside_desk_response(request, access, on_desk)
        # "?all=PRT-7", from the thread of an input: every change of its proposal.
        proposal_in_full = on_desk.find(request.GET.get("all", ""))
        chosen_hunks = (
            ChosenHunks.all_of(proposal_in_full)
            if proposal_in_full
            else ChosenHunks.read(request.GET)
        )
        return _choice_page(request, access, on_desk, chosen_hunks)
    chosen_hunks = ChosenHunks.read(request.POST)
    try:
        incorporations = _incorporate_chosen(access, on_desk, chosen_hunks, request.POST)
    except StaleVersion:
        message = _("Somebody has changed this paragraph. Your choices are shown on the new text.")
        return _choice_page(request, access, on_desk, chosen_hunks, message, status=409)
    except ValidationError as error:
        return _choice_page(
            request, access, on_desk, chosen_hunks, " ".join(error.messages), status=422
        )
    return _after_incorporating(request, access, on_desk, incorporations)


def _after_incorporating(
    request: HttpRequest,
    access: Access,
    on_desk: ParagraphOnDesk,
    incorporations: list[Incorporation],
) -> HttpResponse:
    """Go back to where the request came from: the thread, the desk, or the review."""
    seats = [incorporation.comment.seat for incorporation in incorporations]
    delegation_names = join_with_and(list(dict.fromkeys(seat.name_for_reader for seat in seats)))
    if request.htmx and _thread_reference(request):  # type: ignore[attr-defined]
        return _thread_response(
            request, access, on_desk, {"status_message": _incorporated_message(delegation_names)}
        )
    is_from_desk = request.POST.get("back") == DESK_PROPOSALS_ID
    message = _("Words of %(who)s are in the working text.") % {"who": delegation_names}
    messages.success(request, message if is_from_desk else _incorporated_message(delegation_names))
    if is_from_desk:
        return redirect(f"{_desk_url(access, on_desk)}#p-{on_desk.paragraph.public_id}")
    return redirect(review_address(access, incorporations[0].comment))


@require_POST
@with_access
def undo_incorporation(
    request: HttpRequest, access: Access, incorporation_public_id: UUID
) -> HttpResponse:
    """Undo the step of the desk that incorporated these words, and so all words of that step."""
    incorporations = Incorporation.objects.visible_to(access).select_related(
        "step__draft__consultation", "comment__paragraph"
    )
    incorporation = get_object_or_404(incorporations, public_id=incorporation_public_id)
    access.require(Act.EDIT_TEXT, on=incorporation.step.draft)
    try:
        undo_step(access=access, step=incorporation.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The step is undone."))
    return redirect(review_address(access, incorporation.comment))


def _incorporated_message(delegation_names: str) -> str:
    """The sentence that the words of these delegations are in the text."""
    template = _("Words of %(who)s are in the working text. You can now answer the inputs here.")
    return template % {"who": delegation_names}


def _incorporate_chosen(
    access: Access, on_desk: ParagraphOnDesk, chosen_hunks: ChosenHunks, form_data: QueryDict
) -> list[Incorporation]:
    """Do what the form asks: incorporate the changes that were chosen, or a proposal on the whole
    paragraph ("whole": the number of its input), which adds, deletes or moves one.
    """
    whole_proposal = on_desk.find(form_data.get("whole", ""))
    if whole_proposal is not None:
        return [
            incorporate_paragraph_act(
                access=access, comment=whole_proposal.comment, paragraph=on_desk.paragraph
            )
        ]
    return incorporate_words(
        access=access,
        paragraph=on_desk.paragraph,
        chosen_proposals=[
            chosen_proposal for _proposal, chosen_proposal in chosen_hunks.chosen_proposals(on_desk)
        ],
        version=posted_version(form_data),
    )


def posted_version(form_data: QueryDict) -> int:
    """The version, as the page showed it, of the row to change; 0, which no row has, for none."""
    return sent_number(form_data.get("version")) or 0


# --- What the page shows -------------------------------------------------------------------------


def _choice_page(
    request: HttpRequest,
    access: Access,
    on_desk: ParagraphOnDesk,
    chosen_hunks: ChosenHunks,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with the proposals on a paragraph; for htmx the preview of the choice alone.

    If the thread of an input sent the request with htmx, the part of that input's card.
    """
    consultation_slug, paragraph = access.consultation.slug, on_desk.paragraph
    rewordings = [
        proposal for proposal in on_desk.proposals if proposal.kind == CommentKind.REPLACE
    ]
    context = {
        "access": access,
        "paragraph_with_proposals": on_desk,
        "paragraph": paragraph,
        "title": _page_title(on_desk),
        "rewordings": [proposal for proposal in rewordings if not proposal.must_compare_languages],
        "rewordings_from_translations": [
            proposal for proposal in rewordings if proposal.must_compare_languages
        ],
        # Proposals to add, delete or move a paragraph: nothing in them is ticked.
        "wholes": [
            proposal for proposal in on_desk.proposals if proposal.kind != CommentKind.REPLACE
        ],
        "has_changes_to_tick": on_desk.is_in_text
        and any(_has_changes_to_tick(proposal) for proposal in on_desk.proposals),
        "ticked": sorted(
            f"{reference}.{hunk_number}"
            for reference, hunk_numbers in chosen_hunks.hunks.items()
            for hunk_number in hunk_numbers
        ),
        "result": _preview_of_result(on_desk, chosen_hunks),
        "refusal": refusal,
        "desk_url": _desk_url(access, on_desk),
        "review_url": reverse("review_paragraph", args=[consultation_slug, paragraph.public_id]),
        "bridging_url": _bridging_url(consultation_slug, on_desk),
        # Where the paragraph was split: the name and the address of each other piece.
        "other_pieces": [
            (
                neighbour.label or quoted_beginning(neighbour.text),
                reverse("incorporate_words", args=[consultation_slug, neighbour.public_id]),
            )
            for neighbour in on_desk.other_pieces
        ],
    }
    if request.htmx and _thread_reference(request):  # type: ignore[attr-defined]
        return _thread_response(request, access, on_desk, context, status)
    is_fragment = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
    template = (
        "comments/incorporating/_incorporate_result.html"
        if is_fragment
        else "comments/incorporating/incorporate_words.html"
    )
    return render(request, template, context, status=status)


def _bridging_url(consultation_slug: str, on_desk: ParagraphOnDesk) -> str:
    """Where to write bridging words, a wording between the proposals; empty where one cannot.

    They are written on a circulated paragraph that is still in the text.
    """
    # Inputs are made on circulated paragraphs alone.
    is_circulated = any(
        proposal.comment.paragraph_id == on_desk.paragraph.pk for proposal in on_desk.proposals
    )
    if not (is_circulated and on_desk.is_in_text):
        return ""
    return reverse("write_bridging", args=[consultation_slug, on_desk.paragraph.public_id])


def _thread_reference(request: HttpRequest) -> str:
    """The number of the input whose thread sends the request with htmx; empty if no thread does."""
    return request.GET.get("all", "") or request.POST.get("in_thread", "")


def _thread_response(
    request: HttpRequest,
    access: Access,
    on_desk: ParagraphOnDesk,
    extra_context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """The part of an input's card in which its words are incorporated."""
    context = {
        **extra_context,
        "reference": _thread_reference(request),
        # The page with all proposals on the paragraph.
        "all_url": reverse(
            "incorporate_words", args=[access.consultation.slug, on_desk.paragraph.public_id]
        ),
    }
    return render(
        request, "comments/incorporating/_thread_incorporate.html", context, status=status
    )


def _beside_desk_response(
    request: HttpRequest, access: Access, on_desk: ParagraphOnDesk
) -> HttpResponse:
    """The proposals beside the paragraph that is open on the desk, for htmx."""
    rewordings = [
        proposal for proposal in on_desk.proposals if proposal.kind == CommentKind.REPLACE
    ]
    context = {
        "access": access,
        "paragraph": on_desk.paragraph,
        "proposals": rewordings[:MAX_PROPOSALS],
        "hidden_count": max(0, len(rewordings) - MAX_PROPOSALS),
        "whole_count": len(on_desk.proposals) - len(rewordings),
        # The form sends it again as `back`, and so leads back to the desk.
        "origin": DESK_PROPOSALS_ID,
    }
    return render(request, "comments/incorporating/_desk_proposals.html", context)


def _desk_url(access: Access, on_desk: ParagraphOnDesk) -> str:
    """The address of the paragraph on the desk, open to be edited."""
    paragraph = on_desk.paragraph
    return reverse(
        "edit_paragraph", args=[access.consultation.slug, paragraph.draft.slug, paragraph.public_id]
    )


def _has_changes_to_tick(proposal: DeskProposal) -> bool:
    """Whether a proposal has changes that can still be ticked."""
    return bool(proposal.hunks) and proposal.fit != Fit.ALREADY


def _page_title(on_desk: ParagraphOnDesk) -> str:
    """The title of the page, with the label of the paragraph."""
    if on_desk.paragraph.label:
        return _("Incorporate words into paragraph %(label)s") % {"label": on_desk.paragraph.label}
    return _("Incorporate words into this paragraph")


def _preview_of_result(
    on_desk: ParagraphOnDesk, chosen_hunks: ChosenHunks
) -> IncorporationResult | None:
    """The preview, computed as the act computes it; None where nothing is chosen."""
    chosen_proposals = chosen_hunks.chosen_proposals(on_desk)
    if not chosen_proposals or not on_desk.is_in_text:
        return None
    wanted_changes = [
        WantedChange(proposal.redline, chosen_proposal.hunk_numbers, chosen_proposal.choice_by_key)
        for proposal, chosen_proposal in chosen_proposals
    ]
    # Each change is made in the text with those before it, so the last one has all of them.
    applied_changes = apply_changes(on_desk.paragraph.text, wanted_changes)
    delegation_names = [
        proposal.comment.seat.name_for_reader
        for (proposal, _chosen_proposal), change in zip(
            chosen_proposals, applied_changes, strict=True
        )
        if not change.changes_nothing
    ]
    conflicts: list[ShownConflict] = []
    for index, (proposal, _chosen_proposal) in enumerate(chosen_proposals):
        conflicts += _conflicts_to_show(proposal, applied_changes[index], is_first=index == 0)
    return IncorporationResult(
        pieces=redline(on_desk.paragraph.text, applied_changes[-1].text_after),
        conflicts=tuple(conflicts),
        delegation_names=join_with_and(list(dict.fromkeys(delegation_names)))
        if delegation_names
        else "",
        is_decided=not any(change.undecided for change in applied_changes),
        changes_nothing=applied_changes[-1].text_after == on_desk.paragraph.text,
    )


def _conflicts_to_show(
    proposal: DeskProposal, change: AppliedChange, *, is_first: bool
) -> list[ShownConflict]:
    """The conflicts of a proposal's change with the words that the text has by then."""
    return [
        ShownConflict(
            field_name=f"choice.{proposal.comment.reference}.{conflict.key}",
            delegation_name=proposal.comment.seat.name_for_reader,
            hunk_conflict=conflict,
            is_first=is_first,
        )
        for conflict in change.conflicts
    ]
