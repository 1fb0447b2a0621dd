"""The pages that put brackets in a paragraph, and lift, narrow or split each of them.

Square brackets enclose words that are not agreed. The delegations that ask for a bracket are its
askers.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors, sent_number
from consultations.web.view_decorators import with_access
from drafts.brackets.acts import (
    add_alternative,
    lift_bracket,
    name_askers,
    narrow_bracket,
    put_bracket,
    split_bracket,
)
from drafts.brackets.forms import (
    AlternativeForm,
    AskersForm,
    LiftForm,
    NarrowForm,
    PutBracketForm,
    SeatAndMeetingChoices,
    SplitBracketForm,
)
from drafts.brackets.pairs import unpaired_signs
from drafts.brackets.queries import BracketLine, bracket_lines_of
from drafts.desk.acts import StaleVersion
from drafts.desk.views import desk_context, desk_url_of_paragraph, get_draft, paragraph_of
from drafts.models import Bracket, Paragraph

# They name places in the words that were shown, or one of the alternatives among these.
FIELDS_ON_SHOWN_WORDS = ("start", "end", "nth", "first", "last", "at", "how")


@with_access
def paragraph_brackets(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """The brackets of a paragraph with who asks for them, and the form that puts new ones."""
    draft = get_draft(access, draft_slug)
    paragraph = paragraph_of(draft, paragraph_public_id)
    if request.method == "POST":
        access.require(Act.EDIT_TEXT, on=draft)
    is_stale = request.method == "POST" and _is_on_earlier_words(request.POST, paragraph)
    posted = _on_present_words(request.POST, paragraph) if is_stale else request.POST
    form = PutBracketForm.for_paragraph(
        paragraph, SeatAndMeetingChoices.of(access, paragraph), posted or None
    )
    if is_stale:
        form.add_error(None, _sentence_on_changed_words())
    elif form.is_bound and form.is_valid():
        try:
            put_bracket(
                access=access,
                paragraph=paragraph,
                version=form.cleaned_data["version"],
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                asking_seats=form.chosen_seats,
                meeting=form.chosen_meeting,
            )
        except StaleVersion:  # saved at this moment
            form.add_error(None, _sentence_on_changed_words())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The brackets are put."))
            return redirect(_brackets_url(access, paragraph))
    context = {**_page_context(access, paragraph), "form": form}
    status = 422 if form.errors else 200
    return render(request, "drafts/brackets/brackets.html", context, status=status)


@with_access
def bracket(
    request: HttpRequest,
    access: Access,
    draft_slug: str,
    paragraph_public_id: UUID,
    bracket_public_id: UUID,
) -> HttpResponse:
    """One bracket with a form for each act on it; the field `act` names the one that was sent."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    paragraph = paragraph_of(draft, paragraph_public_id)
    act_name = request.POST.get("act", "")
    if request.method == "POST" and act_name not in BRACKET_ACTS:
        raise Http404
    bracket_line = _find_line(access, paragraph, bracket_public_id)
    if bracket_line is None:
        return _lifted_page(request, access, paragraph, bracket_public_id)
    # Who asks for a bracket is no matter of its words.
    is_stale = act_name not in ("", "askers") and _is_on_earlier_words(request.POST, paragraph)
    posted = _on_present_words(request.POST, paragraph) if is_stale else request.POST
    act_forms = _act_forms(access, paragraph, bracket_line, posted if act_name else None, act_name)
    form = act_forms.get(act_name)
    if form is not None and is_stale:
        form.add_error(None, _sentence_on_changed_words())
    elif form is not None and form.is_valid():
        try:
            message = BRACKET_ACTS[act_name](access, bracket_line, form)
        except StaleVersion:  # saved at this moment
            form.add_error(None, _sentence_on_changed_words())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, message)
            return redirect(_brackets_url(access, paragraph))
    context = {**_page_context(access, paragraph), "line": bracket_line, "forms": act_forms}
    status = 422 if form is not None and form.errors else 200
    return render(request, "drafts/brackets/bracket.html", context, status=status)


def _find_line(access: Access, paragraph: Paragraph, bracket_public_id: UUID) -> BracketLine | None:
    """The line of one open bracket of this paragraph; None where none is open."""
    for line in bracket_lines_of(access, paragraph):
        if line.bracket.public_id == bracket_public_id:
            # The acts read the text of the bracket, which is loaded here already.
            line.bracket.paragraph.draft = paragraph.draft
            return line
    return None


def _lifted_page(
    request: HttpRequest, access: Access, paragraph: Paragraph, bracket_public_id: UUID
) -> HttpResponse:
    """The brackets of a paragraph, where the one that was acted on is lifted: with what was typed.

    Raises Http404 where nothing was sent, or the paragraph never had such a bracket.
    """
    brackets = Bracket.objects.visible_to(access).filter(paragraph=paragraph)
    if request.method != "POST" or not brackets.filter(public_id=bracket_public_id).exists():
        raise Http404
    choices = SeatAndMeetingChoices.of(access, paragraph)
    words = request.POST.get("words", "")
    context = {
        **_page_context(access, paragraph),
        "form": PutBracketForm.for_paragraph(paragraph, choices),
        "refusal": (
            _("This paragraph is deleted. Restore it first.")
            if paragraph.struck_at
            else _("This bracket was lifted already.")
        ),
        "typed": [(_("Words"), words)] if words.strip() else [],
    }
    return render(request, "drafts/brackets/brackets.html", context, status=422)


def _is_on_earlier_words(posted: QueryDict, paragraph: Paragraph) -> bool:
    """Whether a form was shown on other words than those that stand now.

    Of a deleted paragraph none do; the act says so.
    """
    return paragraph.struck_at is None and sent_number(posted.get("version")) != paragraph.version


def _on_present_words(posted: QueryDict, paragraph: Paragraph) -> QueryDict:
    """What was sent, to be sent again on the present words; places in the old ones are left out."""
    posted_again = posted.copy()
    for name in FIELDS_ON_SHOWN_WORDS:
        posted_again.pop(name, None)
    posted_again["version"] = str(paragraph.version)
    return posted_again


def _sentence_on_changed_words() -> str:
    """Why an act on brackets was not done: it was on words that were saved over since."""
    return _("The words have changed since you opened this page. Read them.")


def _page_context(access: Access, paragraph: Paragraph) -> dict[str, Any]:
    """The context that both pages of brackets share."""
    return {
        **desk_context(access, paragraph.draft),
        "paragraph": paragraph,
        "lines": bracket_lines_of(access, paragraph),
        "unpaired_signs": unpaired_signs(paragraph.text),
        "back_url": desk_url_of_paragraph(access, paragraph),
    }


def _brackets_url(access: Access, paragraph: Paragraph) -> str:
    arguments = [access.consultation.slug, paragraph.draft.slug, paragraph.public_id]
    return reverse("paragraph_brackets", args=arguments)


# --- What can be done with one bracket ------------------------------------------------------------


def _act_forms(
    access: Access,
    paragraph: Paragraph,
    line: BracketLine,
    posted: QueryDict | None,
    sent_act_name: str,
) -> dict[str, forms.Form]:
    """Act name → its form; the one that was sent holds what was typed."""
    seat_and_meeting_choices = SeatAndMeetingChoices.of(access, paragraph)
    bracket = line.bracket
    asker_ids = [str(asker.seat.public_id) for asker in line.askers]
    # The words between the two signs of the bracket.
    span_options = {"text": paragraph.text, "allowed_span": (bracket.start + 1, bracket.end)}

    def form_for(name: str, form_class: Callable[..., forms.Form], **options: Any) -> forms.Form:
        initial = {"version": paragraph.version, **options.pop("initial", {})}
        data = posted if name == sent_act_name else None
        # All forms stand on one page: `auto_id` keeps the ids of their fields apart.
        return form_class(data, initial=initial, auto_id=f"{name}-%s", **options)

    return {
        "lift": form_for(
            "lift", LiftForm, bracket_line=line, seat_and_meeting_choices=seat_and_meeting_choices
        ),
        "alternative": form_for(
            "alternative", AlternativeForm, seat_and_meeting_choices=seat_and_meeting_choices
        ),
        "askers": form_for(
            "askers",
            AskersForm,
            seat_and_meeting_choices=seat_and_meeting_choices,
            initial={"askers": asker_ids},
        ),
        "narrow": form_for("narrow", NarrowForm, **span_options),
        "split": form_for("split", SplitBracketForm, **span_options),
    }


def _lift(access: Access, line: BracketLine, form: LiftForm) -> str:
    """Remove the signs; the form says whether the words stay, go, or give way to an alternative."""
    lift_bracket(
        access=access,
        bracket=line.bracket,
        version=form.cleaned_data["version"],
        seats_of_kept_words=form.chosen_seats,
        meeting=form.chosen_meeting,
        **form.lift_arguments,
    )
    return _("The brackets are lifted.")


def _add_alternative(access: Access, line: BracketLine, form: AlternativeForm) -> str:
    add_alternative(
        access=access,
        bracket=line.bracket,
        version=form.cleaned_data["version"],
        words=form.cleaned_data["words"],
        asking_seats=form.chosen_seats,
        meeting=form.chosen_meeting,
    )
    return _("The alternative is added.")


def _name_askers(access: Access, line: BracketLine, form: AskersForm) -> str:
    name_askers(
        access=access, bracket=line.bracket, seats=form.chosen_seats, meeting=form.chosen_meeting
    )
    return _("Saved who asks for it.")


def _narrow(access: Access, line: BracketLine, form: NarrowForm) -> str:
    narrow_bracket(
        access=access, bracket=line.bracket, **_cleaned_values(form, "version", "start", "end")
    )
    return _("The brackets are narrowed.")


def _split(access: Access, line: BracketLine, form: SplitBracketForm) -> str:
    version, cut_index = form.cleaned_data["version"], int(form.cleaned_data["at"])
    split_bracket(access=access, bracket=line.bracket, version=version, cut_index=cut_index)
    return _("There are two brackets now.")


def _cleaned_values(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


# The name of each act, as the button sends it, and the function that does it with its valid form.
# The function returns the message to show.
BRACKET_ACTS: dict[str, Callable[[Access, BracketLine, Any], str]] = {
    "lift": _lift,
    "alternative": _add_alternative,
    "askers": _name_askers,
    "narrow": _narrow,
    "split": _split,
}
