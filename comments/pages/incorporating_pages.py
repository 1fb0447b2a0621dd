"""From the comments into the text: proposals on a paragraph of the desk, chosen, seen and taken."""

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

from comments.acts.incorporating import ChosenWords, incorporate_whole
from comments.acts.incorporating import incorporate_words as bring_words
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

# Digits: longer ones were not written by a page of ours.
LONGEST_NUMBER = 10
# The part of the desk in which the proposals on the open paragraph stand, and how many of them.
BESIDE, MOST_BESIDE = "desk-proposals", 20


@dataclass(frozen=True, slots=True)
class ChosenHunks:
    """What somebody ticked: hunks by the number of their input, and words by place of conflict."""

    hunks: Mapping[str, frozenset[int]]
    choices: Mapping[str, Mapping[str, Choice]]

    @classmethod
    def read(cls, sent: QueryDict) -> "ChosenHunks":
        """Out of an address or a form: take=PRT-7.0, choice.PRT-7.1a2b=mine."""
        hunks: dict[str, set[int]] = {}
        for name in sent.getlist("take"):
            reference, _dot, number = name.rpartition(".")
            if number.isdecimal() and len(number) < LONGEST_NUMBER:
                hunks.setdefault(reference, set()).add(int(number))
        choices: dict[str, dict[str, Choice]] = {}
        for name, said in sent.items():
            word, *rest = name.split(".")
            if word == "choice" and len(rest) == 2 and said in CHOICES:
                choices.setdefault(rest[0], {})[rest[1]] = said
        return cls({key: frozenset(found) for key, found in hunks.items()}, choices)

    @classmethod
    def all_of(cls, proposal: DeskProposal) -> "ChosenHunks":
        """Every change of one proposal that is not in the text yet, and belongs here."""
        numbers = frozenset(
            number
            for number, hunk in enumerate(proposal.hunks)
            if hunk.fit != Fit.ALREADY and hunk.beside is None
        )
        return cls({proposal.row.reference: numbers}, {})

    def of(self, here: OnDesk) -> list[tuple[DeskProposal, ChosenWords]]:
        """The proposals that were chosen, in table order."""
        return [
            (
                proposal,
                ChosenWords(proposal.row, numbers, self.choices.get(proposal.row.reference, {})),
            )
            for proposal in here.proposals
            if (numbers := self.hunks.get(proposal.row.reference)) and proposal.hunks
        ]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as the page shows it: whose words, against which."""

    name: str
    who: str
    conflict: HunkConflict
    is_first: bool


@dataclass(frozen=True, slots=True)
class IncorporationResult:
    """What taking the chosen words would make of the paragraph."""

    pieces: Redline
    places: tuple[ConflictView, ...]
    who: str
    is_decided: bool
    changes_nothing: bool


@never_cache
@with_access
def incorporate(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """Choose changes, see what they make of the paragraph, take them; to htmx what they make."""
    here = paragraph_on_desk(access, paragraph)
    access.require(Act.EDIT_TEXT, on=here.paragraph.draft)
    if request.method != "POST":
        if request.htmx and request.htmx.target == BESIDE:  # type: ignore[attr-defined]
            return _beside_desk(request, access, here)
        chosen = ChosenHunks.read(request.GET)
        whole = here.find(request.GET.get("all", ""))
        return _page(request, access, here, ChosenHunks.all_of(whole) if whole else chosen)
    chosen = ChosenHunks.read(request.POST)
    try:
        incorporations = _taken(access, here, chosen, request.POST)
    except StaleVersion:
        said = _("Somebody has changed this paragraph. Your choices are shown on the new text.")
        return _page(request, access, here, chosen, said, status=409)
    except ValidationError as error:
        return _page(request, access, here, chosen, " ".join(error.messages), status=422)
    seats = [incorporation.comment.seat for incorporation in incorporations]
    who = name_list(list(dict.fromkeys(seat.name_for_reader for seat in seats)))
    if request.htmx and _in_thread(request):  # type: ignore[attr-defined]
        return _thread_piece(request, access, here, {"said": said_of(who)})
    is_from_desk = request.POST.get("back") == BESIDE
    said = _("Words of %(who)s are in the working text.") % {"who": who}
    messages.success(request, said if is_from_desk else said_of(who))
    if is_from_desk:
        return redirect(f"{_desk_url(access, here)}#p-{here.paragraph.public_id}")
    return redirect(_review_url(access, incorporations[0]))


@require_POST
@with_access
def undo_incorporation(request: HttpRequest, access: Access, incorporation: UUID) -> HttpResponse:
    """Take the step back that took these words; with it go all words that it took."""
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


def said_of(who: str) -> str:
    """That the words of these delegations are taken."""
    words = _("Words of %(who)s are in the working text. You can now answer the inputs here.")
    return words % {"who": who}


def _taken(
    access: Access, here: OnDesk, chosen: ChosenHunks, sent: QueryDict
) -> list[Incorporation]:
    """Do what the form asks: a whole paragraph, or the changes that were chosen."""
    whole = here.find(sent.get("whole", ""))
    if whole is not None:
        return [incorporate_whole(access=access, comment=whole.row, paragraph=here.paragraph)]
    version = sent.get("version", "")
    incorporations = bring_words(
        access=access,
        paragraph=here.paragraph,
        chosen=[take for _proposal, take in chosen.of(here)],
        version=int(version) if version.isdecimal() and len(version) < LONGEST_NUMBER else 0,
    )
    return incorporations


def _review_url(access: Access, incorporation: Incorporation) -> str:
    paragraph = incorporation.comment.paragraph.public_id
    base = reverse("review_paragraph", args=[access.consultation.slug, paragraph])
    return f"{base}#c-{incorporation.comment.public_id}"


# --- What the page shows -------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    access: Access,
    here: OnDesk,
    chosen: ChosenHunks,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    slug, row = access.consultation.slug, here.paragraph
    worded = [p for p in here.proposals if p.kind == CommentKind.REPLACE]
    context = {
        "access": access,
        "here": here,
        "paragraph": row,
        "title": _title(here),
        "changes": [p for p in worded if not p.is_apart],
        "apart": [p for p in worded if p.is_apart],
        "wholes": [p for p in here.proposals if p.kind != CommentKind.REPLACE],
        "is_open": here.is_standing and any(_is_open(p) for p in here.proposals),
        "ticked": sorted(f"{key}.{n}" for key, found in chosen.hunks.items() for n in found),
        "result": _result(here, chosen),
        "refused": refused,
        "desk_url": _desk_url(access, here),
        "review_url": reverse("review_paragraph", args=[slug, row.public_id]),
        "bridging_url": _bridging_url(slug, here),
        "beside": [
            (
                other.label or other.text[:40],
                reverse("incorporate_words", args=[slug, other.public_id]),
            )
            for other in here.beside
        ],
    }
    if request.htmx and _in_thread(request):  # type: ignore[attr-defined]
        return _thread_piece(request, access, here, context, status)
    is_fragment = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
    template = "comments/_take_result.html" if is_fragment else "comments/take_words.html"
    return render(request, template, context, status=status)


def _bridging_url(slug: str, here: OnDesk) -> str:
    """Bridging words are about what delegations have before them, as their proposals are."""
    is_circulated = any(p.row.paragraph_id == here.paragraph.pk for p in here.proposals)
    if not (is_circulated and here.is_standing):
        return ""
    return reverse("write_bridging", args=[slug, here.paragraph.public_id])


def _in_thread(request: HttpRequest) -> str:
    """The number of the input, where it is asked for in its thread."""
    return request.GET.get("all", "") or request.POST.get("in_thread", "")


def _thread_piece(
    request: HttpRequest,
    access: Access,
    here: OnDesk,
    shown: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """What stands in the card of an input while its words are taken."""
    context = {
        **shown,
        "reference": _in_thread(request),
        "all_url": reverse(
            "incorporate_words", args=[access.consultation.slug, here.paragraph.public_id]
        ),
    }
    return render(request, "comments/_thread_take.html", context, status=status)


def _beside_desk(request: HttpRequest, access: Access, here: OnDesk) -> HttpResponse:
    """The proposals beside the paragraph that is open on the desk, to htmx."""
    worded = [p for p in here.proposals if p.kind == CommentKind.REPLACE]
    context = {
        "access": access,
        "paragraph": here.paragraph,
        "proposals": worded[:MOST_BESIDE],
        "more": max(0, len(worded) - MOST_BESIDE),
        "wholes": len(here.proposals) - len(worded),
        "back": BESIDE,
    }
    return render(request, "comments/_desk_proposals.html", context)


def _desk_url(access: Access, here: OnDesk) -> str:
    row = here.paragraph
    return reverse("edit_paragraph", args=[access.consultation.slug, row.draft.slug, row.public_id])


def _is_open(proposal: DeskProposal) -> bool:
    """Whether something of it is left to tick."""
    return bool(proposal.hunks) and proposal.fit != Fit.ALREADY


def _title(here: OnDesk) -> str:
    if here.paragraph.label:
        return _("Incorporate words into paragraph %(label)s") % {"label": here.paragraph.label}
    return _("Incorporate words into this paragraph")


def _result(here: OnDesk, chosen: ChosenHunks) -> IncorporationResult | None:
    """What would stand, worked out as the act does it; None where nothing is chosen."""
    asked = chosen.of(here)
    if not asked or not here.is_standing:
        return None
    wanted = [WantedChange(p.pieces, take.hunks, take.choices) for p, take in asked]
    brought = apply_changes(here.paragraph.text, wanted)
    names = [
        proposal.row.seat.name_for_reader
        for (proposal, _take), done in zip(asked, brought, strict=True)
        if not done.changes_nothing
    ]
    return IncorporationResult(
        pieces=redline(here.paragraph.text, brought[-1].after),
        places=tuple(
            place
            for number, ((proposal, _take), done) in enumerate(zip(asked, brought, strict=True))
            for place in _places(proposal, done, is_first=number == 0)
        ),
        who=name_list(list(dict.fromkeys(names))) if names else "",
        is_decided=not any(done.undecided for done in brought),
        changes_nothing=brought[-1].after == here.paragraph.text,
    )


def _places(proposal: DeskProposal, done: AppliedChange, *, is_first: bool) -> list[ConflictView]:
    return [
        ConflictView(
            name=f"choice.{proposal.row.reference}.{conflict.key}",
            who=proposal.row.seat.name_for_reader,
            conflict=conflict,
            is_first=is_first,
        )
        for conflict in done.conflicts
    ]
