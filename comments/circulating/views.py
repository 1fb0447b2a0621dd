"""The pages that circulate a text, and that adopt the last circulated one as it stands."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.bridging.queries import open_questions_on
from comments.circulating.acts import adopt_and_announce, circulate_and_announce
from comments.circulating.input_locations import input_locations
from comments.circulating.outcome_preview import outcome_preview
from comments.inputs.audience import moment_words
from comments.models import Comment
from comments.review.forms import OpenInputsForm
from comments.review.open_inputs import open_inputs
from comments.silences.queries import open_silences_of
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirmation_page
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.circulating.acts import circulated_meanwhile, is_last_unadopted
from drafts.circulating.forms import (
    FIRST_NATURES,
    NEW_ROUND,
    NO_ROUND,
    AdoptForm,
    CirculateForm,
    NewRoundForm,
    open_rounds,
)
from drafts.circulating.outgoing import OutgoingRevision, assembled_stage, outgoing_revision_of
from drafts.comparing.concordance import Concordance, concordance_lines, summary_of
from drafts.comparing.sections import concordance_sections
from drafts.desk.acts import TextChanged
from drafts.desk.sections import desk_sections
from drafts.desk.views import get_draft
from drafts.models import Draft, Nature, Revision
from drafts.text.labels import Relabelling
from drafts.text.sections import AS_IT_OPENS, WHOLE_TEXT, Section, SectionChoice, section_links_of

# The parts of the preview of the next revision. A first text has "clean" alone: there is nothing to
# compare it with.
PREVIEW_PARTS = ("redline", "clean", "concordance", "inputs")


@with_access
def circulate(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Preview exactly what goes out, part by part; once confirmed, it is frozen and sent."""
    draft = get_draft(access, draft_slug, Act.CIRCULATE)
    # A POST with "show" or "at" only opens another part of the preview, or another section of it.
    is_sent = request.method == "POST" and not {"show", "at"} & request.POST.keys()
    posted_data = request.POST if is_sent else None
    # The preview shows the paragraphs with the labels that they would go out with.
    outgoing_revision = outgoing_revision_of(
        access, draft, request.POST.get("labels") or Relabelling.KEEP
    )
    inputs_still_open = open_inputs(access, draft)
    form, round_form = _forms(request, access, outgoing_revision, posted_data)
    nature_field = form.fields["nature"]
    # The type is chosen on the page: what an adopted text ends is said beside the choice.
    nature_field.help_text = " ".join(
        [str(nature_field.help_text), *ended_by_adoption(access, draft)]
    )
    open_inputs_form, have_open_inputs_changed = OpenInputsForm.from_post(
        posted_data, inputs_still_open
    )
    # "seen" is the fingerprint of the text that the page had shown.
    has_draft_changed = (
        posted_data is not None and posted_data.get("seen") != outgoing_revision.fingerprint
    )
    is_as_shown = posted_data is not None and not has_draft_changed and not have_open_inputs_changed
    if is_as_shown and _are_valid(form, round_form, open_inputs_form):
        try:
            revision = _circulate_text(
                access,
                outgoing_revision,
                form,
                round_form,
                confirmed_mark=open_inputs_form.confirmed_mark,
            )
        except TextChanged:  # at this very moment
            has_draft_changed = True
            outgoing_revision = outgoing_revision_of(access, draft, outgoing_revision.relabelling)
        else:
            if revision is not None:
                return redirect("circulated", access.consultation.slug, draft.slug, revision.number)
    context = {
        "access": access,
        "draft": draft,
        "outgoing": outgoing_revision,
        "form": form,
        "round_form": round_form,
        "is_changed": has_draft_changed,
        "open_inputs": inputs_still_open,
        "open_inputs_form": open_inputs_form,
        "have_open_inputs_changed": have_open_inputs_changed,
        **_preview_context(request, access, outgoing_revision),
    }
    refused_status = 409 if has_draft_changed or have_open_inputs_changed else 422
    status = 200 if posted_data is None else refused_status
    return render(request, "comments/circulating/circulate.html", context, status=status)


def _forms(
    request: HttpRequest,
    access: Access,
    outgoing_revision: OutgoingRevision,
    posted_data: QueryDict | None,
) -> tuple[CirculateForm, NewRoundForm]:
    """The forms as sent; else (no `posted_data`) with initial values, over them those typed."""
    if posted_data is not None:
        wants_round = posted_data.get("round") == NEW_ROUND
        round_form = NewRoundForm(posted_data if wants_round else None, access=access)
        return CirculateForm(posted_data, access=access, outgoing=outgoing_revision), round_form
    typed_values = request.POST.dict()
    # The fields of `NewRoundForm` are sent with this prefix.
    round_values = {name.removeprefix("round-"): value for name, value in typed_values.items()}
    initial = _initial_values(request, access, outgoing_revision) | typed_values
    return (
        CirculateForm(access=access, outgoing=outgoing_revision, initial=initial),
        NewRoundForm(access=access, initial=round_values),
    )


def _initial_values(
    request: HttpRequest, access: Access, outgoing_revision: OutgoingRevision
) -> dict[str, Any]:
    """What the form proposes.

    A link may name the type of document with `?nature=`. The link on the page of the working rooms
    asks with `?assembled` for the text assembled from all rooms.
    """
    if "assembled" in request.GET:
        return {"nature": Nature.DRAFT, "stage": assembled_stage(access), "round": NO_ROUND}
    document_type = request.GET.get("nature", Nature.DRAFT)
    allowed_document_types = Nature.values if outgoing_revision.last_revision else FIRST_NATURES
    if document_type not in allowed_document_types:
        document_type = Nature.DRAFT
    asks_for_inputs = document_type in {Nature.DRAFT, Nature.CALL}
    return {
        "nature": document_type,
        "stage": outgoing_revision.next_stage(document_type),
        "round": NEW_ROUND if asks_for_inputs else NO_ROUND,
    }


def _are_valid(
    form: CirculateForm, round_form: NewRoundForm, open_inputs_form: OpenInputsForm
) -> bool:
    """Whether all forms are valid. Each is validated, so that all errors are shown at once."""
    are_valid = [
        form.is_valid(),
        not round_form.is_bound or round_form.is_valid(),
        open_inputs_form.is_valid(),
    ]
    return all(are_valid)


def _circulate_text(
    access: Access,
    outgoing_revision: OutgoingRevision,
    form: CirculateForm,
    round_form: NewRoundForm,
    *,
    confirmed_mark: str,  # of the open inputs that the person has confirmed
) -> Revision | None:
    """Circulate the text; None where that is refused, and the forms say why. Raises TextChanged."""
    try:
        return circulate_and_announce(
            access=access,
            draft=outgoing_revision.draft,
            round=form.chosen_round,
            new_round_terms=round_form.act_arguments if form.wants_new_round else None,
            confirmed_mark=confirmed_mark,
            shown_versions=outgoing_revision.versions,
            **form.act_arguments,
        )
    except TextChanged:
        raise
    except ValidationError as error:
        add_errors(_form_with_error(error, form, round_form), error)
        return None


def _form_with_error(
    error: ValidationError, form: CirculateForm, round_form: NewRoundForm
) -> CirculateForm | NewRoundForm:
    """The form that an error belongs to, by the fields it names."""
    field_names = getattr(error, "error_dict", {})
    is_of_round = any(name in round_form.fields and name not in form.fields for name in field_names)
    return round_form if is_of_round else form


def _preview_context(
    request: HttpRequest, access: Access, outgoing_revision: OutgoingRevision
) -> dict[str, Any]:
    """The open part of the preview, of a long text a section, and what leads to the others.

    Nothing where nothing changed: the page then says so, and shows no preview.
    """
    if not outgoing_revision.changes.has_any:
        return {}
    parameters = request.POST if request.method == "POST" else request.GET
    # The part whose button was pressed, else the one shown.
    requested_part = parameters.get("show") or parameters.get("shown", "")
    choice = _section_choice(parameters)
    if outgoing_revision.concordance is None:  # a first text: no earlier one to compare with
        return {"open_part": "clean", **_text_part(outgoing_revision, "clean", choice)}
    inputs = Comment.objects.visible_to(access).in_force()
    open_part = requested_part if requested_part in PREVIEW_PARTS else "redline"
    part_names = {
        "redline": _("What changed"),
        "clean": _("Clean"),
        "concordance": _("Concordance"),
        "inputs": _("Inputs (%(n)d)")
        % {"n": inputs.filter(paragraph__draft=outgoing_revision.draft).count()},
    }
    context = {
        "open_part": open_part,
        "part_names": [(name, part_names[name]) for name in PREVIEW_PARTS],
        "summary": summary_of(outgoing_revision.concordance.rows),
    }
    if open_part == "inputs":
        return context | _inputs_part(access, outgoing_revision, choice)
    if open_part == "concordance":
        return context | _concordance_part(outgoing_revision.concordance, choice)
    return context | _text_part(outgoing_revision, open_part, choice)


def _section_choice(parameters: QueryDict) -> SectionChoice:
    """The section whose button was pressed, else the one shown; what cannot be read is left out.

    A section is named by a paragraph in it: its number may be another in the next part.
    """
    place = parameters.get("at") or parameters.get("shown_at", "")
    try:
        return SectionChoice.of({"section" if place == WHOLE_TEXT else "at": place})
    except Http404:
        return AS_IT_OPENS


def _place_of(section: Section[Any] | None) -> str:
    """What a button sends to open a section; None: the whole text."""
    return str(section.first_public_id or "") if section else WHOLE_TEXT


def _text_part(
    outgoing_revision: OutgoingRevision, open_part: str, choice: SectionChoice
) -> dict[str, Any]:
    """The words as they go out, with or without the changes."""
    text = desk_sections(
        outgoing_revision.changes.paragraph_changes, (), shows_changes=open_part == "redline"
    )
    section = text.section_shown(choice)
    return {
        "rows": text.items_shown(section),
        "shown_at": _place_of(section) if text.is_long else "",
        "section_links": section_links_of(text, section, _place_of),
    }


def _concordance_part(concordance: Concordance, choice: SectionChoice) -> dict[str, Any]:
    text = concordance_sections(concordance.rows)
    section = text.section_shown(choice)
    return {
        "lines": concordance_lines(concordance, text.items_shown(section)),
        "shown_at": _place_of(section) if text.is_long else "",
        "section_links": section_links_of(text, section, _place_of),
    }


def _inputs_part(
    access: Access, outgoing_revision: OutgoingRevision, choice: SectionChoice
) -> dict[str, Any]:
    text = input_locations(access, outgoing_revision)
    section = text.section_shown(choice)
    locations = [location for row in text.items_shown(section) for location in row]
    located = outcome_preview(access, outgoing_revision, locations)
    return {
        "changed_inputs": [location for location in located if not location.is_unchanged],
        "unchanged_inputs": [location for location in located if location.is_unchanged],
        "shown_at": _place_of(section) if text.is_long else "",
        "section_links": section_links_of(text, section, _place_of),
    }


# --- Adopting ------------------------------------------------------------------------------------


@with_access
def adopt_text(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Mark the last circulated revision as adopted: the text and its inputs no longer change.

    Whoever adopts ticks that they have seen how many inputs have no answer. Where those inputs
    changed since the page was shown, or another revision was circulated, it is shown anew (409).
    """
    draft = get_draft(access, draft_slug, Act.CIRCULATE)
    posted_data = request.POST if request.method == "POST" else None
    inputs_still_open = open_inputs(access, draft)
    last_revision = draft.revisions.order_by("-number").first()
    form, has_revision_changed = AdoptForm.from_post(
        posted_data, access=access, last_number=last_revision.number if last_revision else None
    )
    open_inputs_form, have_open_inputs_changed = OpenInputsForm.from_post(
        posted_data, inputs_still_open
    )
    if has_revision_changed and last_revision:
        messages.error(request, circulated_meanwhile(last_revision.stage))
    is_as_shown = not have_open_inputs_changed and not has_revision_changed
    # In a list, so that both are validated, and all errors shown at once.
    if is_as_shown and all([form.is_valid(), open_inputs_form.is_valid()]):
        try:
            adopt_and_announce(
                access=access,
                draft=draft,
                confirmed_mark=open_inputs_form.confirmed_mark,
                **form.act_arguments,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The text is adopted."))
            return redirect("drafts", access.consultation.slug)
    refused_status = 422 if is_as_shown else 409
    return confirmation_page(
        request,
        access,
        title=_("Adopt the text"),
        sentences=_consequences_of_adopting(access, draft),
        button_label=_("Adopt"),
        back_url=reverse("drafts", args=[access.consultation.slug]),
        form=form,
        is_grave=True,
        details_template="comments/circulating/_open_inputs.html",
        status=200 if posted_data is None else refused_status,
        details_context={
            "draft": draft,
            "open_inputs": inputs_still_open,
            "open_inputs_form": open_inputs_form,
            "have_open_inputs_changed": have_open_inputs_changed,
        },
    )


def _consequences_of_adopting(access: Access, draft: Draft) -> list[str]:
    """Sentences that say what adopting the text does, for whoever confirms it."""
    outgoing_revision = outgoing_revision_of(access, draft)
    # A text that was never circulated cannot be adopted: the act says so, once it is confirmed.
    stage = outgoing_revision.last_revision.stage if outgoing_revision.last_revision else "–"
    sentences = [
        _("“%(round)s” is open until %(moment)s: delegations may still send inputs.")
        % {"round": round.name, "moment": moment_words(access, round.deadline)}
        for round in open_rounds(access)
    ]
    sentences += [
        _("The last circulated revision, %(stage)s, is adopted as it stands.") % {"stage": stage},
        _("The text and its inputs then no longer change."),
    ]
    if outgoing_revision.changes.has_any:
        sentences.append(
            _(
                "The working text has changes that were not circulated. If the meeting "
                "adopted them, circulate the working text as the adopted text instead."
            )
        )
    sentences += ended_by_adoption(access, draft)
    if is_last_unadopted(draft):
        sentences.append(
            _("The record of the consultation then closes. It can only be read and exported.")
        )
    return sentences


def ended_by_adoption(access: Access, draft: Draft) -> list[str]:
    """Sentences on what is still open on the text and ends when it is adopted: two queries."""
    sentences = []
    if silence_count := open_silences_of(access, draft.slug).count():
        sentences += [
            _("Silences on the text without a declared outcome: %(n)d.") % {"n": silence_count},
            _("Nobody can then break them or declare their outcome."),
        ]
    if question_count := open_questions_on(access, draft).count():
        sentences += [
            _("Open questions on bridging words: %(n)d.") % {"n": question_count},
            _("These questions then close. Their answers become visible as announced."),
        ]
    return sentences
