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
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.acts.incorporating import ChosenProposal, incorporate_whole, incorporate_words
from comments.desks.on_desk import OnDesk, paragraph_on_desk
from comments.desks.proposals import DeskProposal, Fit
from comments.models import CommentKind, Incorporation
from comments.tables.titles import name_list
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.editing import StaleVersion
from drafts.desk.steps import undo_step
from drafts.words.differences import Redline, redline
from drafts.words.hunks import AppliedChange, HunkConflict, WantedChange, apply_changes
from drafts.words.merging import CHOICES, Choice

# Digits: our pages write no longer numbers.
MAX_DIGITS = 10
# The element of the desk for the proposals on the open paragraph, and how many it shows.
BESIDE, MAX_PROPOSALS = "desk-proposals", 20


@dataclass(frozen=True, slots=True)
class ChosenHunks:
    """What was ticked: hunks by the number of their input, and a choice for each conflict."""

    hunks: Mapping[str, frozenset[int]]
    choices: Mapping[str, Mapping[str, Choice]]

    @classmethod
    def read(cls, sent: QueryDict) -> "ChosenHunks":
        """Read it from an address or a form: take=PRT-7.0, choice.PRT-7.1a2b=mine."""
        hunks: dict[str, set[int]] = {}
        for name in sent.getlist("take"):
            reference, _dot, number = name.rpartition(".")
            if number.isdecimal() and len(number) < MAX_DIGITS:
                hunks.setdefault(reference, set()).add(int(number))
        choices: dict[str, dict[str, Choice]] = {}
        for name, choice in sent.items():
            prefix, *rest = name.split(".")
            if prefix == "choice" and len(rest) == 2 and choice in CHOICES:
                choices.setdefault(rest[0], {})[rest[1]] = choice
        return cls({key: frozenset(numbers) for key, numbers in hunks.items()}, choices)

    @classmethod
    def all_of(cls, proposal: DeskProposal) -> "ChosenHunks":
        """Choose every change of a proposal that is not in the text yet and belongs here."""
        numbers = frozenset(
            number
            for number, hunk in enumerate(proposal.hunks)
            if hunk.fit != Fit.ALREADY and hunk.beside is None
        )
        return cls({proposal.comment.reference: numbers}, {})

    def of(self, on_desk: OnDesk) -> list[tuple[DeskProposal, ChosenProposal]]:
        """The proposals that were chosen, in table order."""
        return [
            (
                proposal,
                ChosenProposal(
                    proposal.comment, numbers, self.choices.get(proposal.comment.reference, {})
                ),
            )
            for proposal in on_desk.proposals
            if (numbers := self.hunks.get(proposal.comment.reference)) and proposal.hunks
        ]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as the page shows it, with whose words are in it."""

    name: str
    who: str
    conflict: HunkConflict
    is_first: bool


@dataclass(frozen=True, slots=True)
class IncorporationResult:
    """What the paragraph becomes with the chosen words."""

    pieces: Redline
    places: tuple[ConflictView, ...]
    who: str
    is_decided: bool
    changes_nothing: bool


@never_cache
@with_access
def incorporate(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """Choose changes, preview the paragraph with them, incorporate them; htmx gets the preview."""
    on_desk = paragraph_on_desk(access, paragraph)
    access.require(Act.EDIT_TEXT, on=on_desk.paragraph.draft)
    if request.method != "POST":
        if request.htmx and request.htmx.target == BESIDE:  # type: ignore[attr-defined]
            return _beside_desk_response(request, access, on_desk)
        whole = on_desk.find(request.GET.get("all", ""))
        chosen = ChosenHunks.all_of(whole) if whole else ChosenHunks.read(request.GET)
        return _choice_page(request, access, on_desk, chosen)
    chosen = ChosenHunks.read(request.POST)
    try:
        incorporations = _incorporate_chosen(access, on_desk, chosen, request.POST)
    except StaleVersion:
        message = _("Somebody has changed this paragraph. Your choices are shown on the new text.")
        return _choice_page(request, access, on_desk, chosen, message, status=409)
    except ValidationError as error:
        return _choice_page(request, access, on_desk, chosen, " ".join(error.messages), status=422)
    return _after_incorporating(request, access, on_desk, incorporations)


def _after_incorporating(
    request: HttpRequest, access: Access, on_desk: OnDesk, incorporations: list[Incorporation]
) -> HttpResponse:
    """Go back to where the request came from: the thread, the desk, or the review."""
    seats = [incorporation.comment.seat for incorporation in incorporations]
    who = name_list(list(dict.fromkeys(seat.name_for_reader for seat in seats)))
    if request.htmx and _thread_reference(request):  # type: ignore[attr-defined]
        return _thread_response(request, access, on_desk, {"said": _incorporated_message(who)})
    is_from_desk = request.POST.get("back") == BESIDE
    message = _("Words of %(who)s are in the working text.") % {"who": who}
    messages.success(request, message if is_from_desk else _incorporated_message(who))
    if is_from_desk:
        return redirect(f"{_desk_url(access, on_desk)}#p-{on_desk.paragraph.public_id}")
    return redirect(_review_url(access, incorporations[0]))


@require_POST
@with_access
def undo_incorporation(request: HttpRequest, access: Access, incorporation: UUID) -> HttpResponse:
    """Undo the step that incorporated these words, and with it all words of that step."""
    rows = Incorporation.objects.visible_to(access).select_related(
        "step__draft__consultation", "comment__paragraph"
    )
    stored = get_object_or_404(rows, public_id=incorporation)
    access.require(Act.EDIT_TEXT, on=stored.step.draft)
    try:
        undo_step(access=access, step=stored.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The step is undone."))
    return redirect(_review_url(access, stored))


def _incorporated_message(who: str) -> str:
    """The sentence that the words of these delegations are in the text."""
    template = _("Words of %(who)s are in the working text. You can now answer the inputs here.")
    return template % {"who": who}


def _incorporate_chosen(
    access: Access, on_desk: OnDesk, chosen: ChosenHunks, sent: QueryDict
) -> list[Incorporation]:
    """Do what the form asks: a whole paragraph, or the changes that were chosen."""
    whole = on_desk.find(sent.get("whole", ""))
    if whole is not None:
        return [
            incorporate_whole(access=access, comment=whole.comment, paragraph=on_desk.paragraph)
        ]
    version = sent.get("version", "")
    incorporations = incorporate_words(
        access=access,
        paragraph=on_desk.paragraph,
        chosen_proposals=[words for _proposal, words in chosen.of(on_desk)],
        version=int(version) if version.isdecimal() and len(version) < MAX_DIGITS else 0,
    )
    return incorporations


def _review_url(access: Access, incorporation: Incorporation) -> str:
    paragraph = incorporation.comment.paragraph.public_id
    url = reverse("review_paragraph", args=[access.consultation.slug, paragraph])
    return f"{url}#c-{incorporation.comment.public_id}"


# --- What the page shows -------------------------------------------------------------------------


def _choice_page(
    request: HttpRequest,
    access: Access,
    on_desk: OnDesk,
    chosen: ChosenHunks,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    slug, row = access.consultation.slug, on_desk.paragraph
    rewordings = [p for p in on_desk.proposals if p.kind == CommentKind.REPLACE]
    context = {
        "access": access,
        "here": on_desk,
        "paragraph": row,
        "title": _title(on_desk),
        "changes": [p for p in rewordings if not p.is_apart],
        "apart": [p for p in rewordings if p.is_apart],
        "wholes": [p for p in on_desk.proposals if p.kind != CommentKind.REPLACE],
        "is_open": on_desk.is_standing and any(_is_open(p) for p in on_desk.proposals),
        "ticked": sorted(f"{key}.{n}" for key, numbers in chosen.hunks.items() for n in numbers),
        "result": _result(on_desk, chosen),
        "refused": refused,
        "desk_url": _desk_url(access, on_desk),
        "review_url": reverse("review_paragraph", args=[slug, row.public_id]),
        "bridging_url": _bridging_url(slug, on_desk),
        "beside": [
            (
                other.label or other.text[:40],
                reverse("incorporate_words", args=[slug, other.public_id]),
            )
            for other in on_desk.beside
        ],
    }
    if request.htmx and _thread_reference(request):  # type: ignore[attr-defined]
        return _thread_response(request, access, on_desk, context, status)
    is_fragment = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
    template = "comments/_take_result.html" if is_fragment else "comments/take_words.html"
    return render(request, template, context, status=status)


def _bridging_url(slug: str, on_desk: OnDesk) -> str:
    """Where to write bridging words; empty for a paragraph that is not in the circulated text."""
    is_circulated = any(p.comment.paragraph_id == on_desk.paragraph.pk for p in on_desk.proposals)
    if not (is_circulated and on_desk.is_standing):
        return ""
    return reverse("write_bridging", args=[slug, on_desk.paragraph.public_id])


def _thread_reference(request: HttpRequest) -> str:
    """The number of the input whose thread sends the request; empty on the page of its own."""
    return request.GET.get("all", "") or request.POST.get("in_thread", "")


def _thread_response(
    request: HttpRequest,
    access: Access,
    on_desk: OnDesk,
    more: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """The part of an input's card in which its words are incorporated."""
    context = {
        **more,
        "reference": _thread_reference(request),
        "all_url": reverse(
            "incorporate_words", args=[access.consultation.slug, on_desk.paragraph.public_id]
        ),
    }
    return render(request, "comments/_thread_take.html", context, status=status)


def _beside_desk_response(request: HttpRequest, access: Access, on_desk: OnDesk) -> HttpResponse:
    """The proposals beside the paragraph that is open on the desk, for htmx."""
    rewordings = [p for p in on_desk.proposals if p.kind == CommentKind.REPLACE]
    context = {
        "access": access,
        "paragraph": on_desk.paragraph,
        "proposals": rewordings[:MAX_PROPOSALS],
        "more": max(0, len(rewordings) - MAX_PROPOSALS),
        "wholes": len(on_desk.proposals) - len(rewordings),
        "back": BESIDE,
    }
    return render(request, "comments/_desk_proposals.html", context)


def _desk_url(access: Access, on_desk: OnDesk) -> str:
    row = on_desk.paragraph
    return reverse("edit_paragraph", args=[access.consultation.slug, row.draft.slug, row.public_id])


def _is_open(proposal: DeskProposal) -> bool:
    """Whether it has changes that can still be ticked."""
    return bool(proposal.hunks) and proposal.fit != Fit.ALREADY


def _title(on_desk: OnDesk) -> str:
    if on_desk.paragraph.label:
        return _("Incorporate words into paragraph %(label)s") % {"label": on_desk.paragraph.label}
    return _("Incorporate words into this paragraph")


def _result(on_desk: OnDesk, chosen: ChosenHunks) -> IncorporationResult | None:
    """The preview, computed as the act computes it; None where nothing is chosen."""
    chosen_proposals = chosen.of(on_desk)
    if not chosen_proposals or not on_desk.is_standing:
        return None
    wanted = [
        WantedChange(p.changes, words.change_numbers, words.choices)
        for p, words in chosen_proposals
    ]
    applied = apply_changes(on_desk.paragraph.text, wanted)
    names = [
        proposal.comment.seat.name_for_reader
        for (proposal, _words), change in zip(chosen_proposals, applied, strict=True)
        if not change.changes_nothing
    ]
    return IncorporationResult(
        pieces=redline(on_desk.paragraph.text, applied[-1].after),
        places=tuple(
            place
            for number, ((proposal, _words), change) in enumerate(
                zip(chosen_proposals, applied, strict=True)
            )
            for place in _conflict_views(proposal, change, is_first=number == 0)
        ),
        who=name_list(list(dict.fromkeys(names))) if names else "",
        is_decided=not any(change.undecided for change in applied),
        changes_nothing=applied[-1].after == on_desk.paragraph.text,
    )


def _conflict_views(
    proposal: DeskProposal, change: AppliedChange, *, is_first: bool
) -> list[ConflictView]:
    return [
        ConflictView(
            name=f"choice.{proposal.comment.reference}.{conflict.key}",
            who=proposal.comment.seat.name_for_reader,
            conflict=conflict,
            is_first=is_first,
        )
        for conflict in change.conflicts
    ]
