"""Letters on the record: list them, read one, write one, address it and send it.

A note is a letter with a section for each delegation: what became of its inputs.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_safe

from comments.inputs.fields import SeenForm, was_changed_since_shown
from comments.letters import acts as letter_acts
from comments.letters.beginnings import first_subject_and_words
from comments.letters.forms import (
    LANGUAGE_NAMES,
    TO_ALL,
    TO_SOME,
    LetterPreviewForm,
    LetterRecipientsForm,
    LetterSectionForm,
    LetterStartForm,
    LetterWordsForm,
)
from comments.letters.mail import words_in
from comments.letters.note_sections import note_sections
from comments.letters.queries import (
    counts_of_letter,
    deliveries_of,
    letter_list_rows,
    letter_previews,
    mails_of_letter,
    section_for_seat,
    shown_recipients,
)
from comments.models import LetterKind, LetterRecipient, LetterWords, OfficialLetter
from comments.notifications.acts import mark_letter_mail_opened
from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import moment_in_words
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access

PAGE_SIZE = 50


@require_safe
@with_access
def letters(request: HttpRequest, access: Access) -> HttpResponse:
    """The letters that this reader may read, drafts first for those who write them."""
    letters_in_force = OfficialLetter.objects.visible_to(access).in_force()
    drafts = letters_in_force.none()
    if access.reads_all:
        drafts = letters_in_force.filter(sent_at=None).order_by("-pk")
    page = Paginator(letters_in_force.sent().order_by("-number"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "access": access,
        "drafts": letter_list_rows(list(drafts[:PAGE_SIZE])),
        "page": page,
        "lines": letter_list_rows(list(page)),
        "may_write": access.may(Act.WRITE_LETTER, on=access.consultation),
    }
    return render(request, "comments/letters/letters.html", context)


@with_access
def new_letter(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a letter: choose its kind."""
    access.require(Act.WRITE_LETTER, on=access.consultation)
    form = LetterStartForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial=request.GET.dict(),  # a link may name the kind, and the text or meeting
    )
    if request.method == "POST" and form.is_valid():
        letter_arguments = form.act_arguments
        try:
            letter = letter_acts.begin_letter(
                access=access, **letter_arguments, **_section_arguments(access, letter_arguments)
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(_words_url(access, letter, access.user.language))
    status = 422 if form.errors else 200
    context = {"access": access, "form": form}
    return render(request, "comments/letters/letter_new.html", context, status=status)


def _section_arguments(access: Access, letter_arguments: dict[str, Any]) -> dict[str, Any]:
    """The sections of a note, by the id of the seat, as `begin_letter` takes them; else empty.

    Raises ValidationError where no answer is published.
    """
    if letter_arguments["kind"] != LetterKind.NOTE or not letter_arguments["revision"]:
        return {}
    sections = note_sections(access, letter_arguments["revision"])
    if not sections:
        raise ValidationError(_("No answer to an input on this text is published yet."))
    return {"section_by_seat_id": sections}


@with_access
def letter_words(
    request: HttpRequest, access: Access, letter_public_id: UUID, language: str
) -> HttpResponse:
    """Write what the letter says in one language."""
    letter = _get_unsent_letter(access, letter_public_id)
    if language not in LANGUAGE_NAMES:
        raise Http404
    language_versions = LetterWords.objects.filter(letter=letter)
    version_by_language = {words.language: words for words in language_versions}
    stored_words = version_by_language.get(language)
    form = LetterWordsForm(
        request.POST if request.method == "POST" else None,
        initial=_initial_words(access, letter, language, stored_words),
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter_acts.word_letter(
                access=access, letter=letter, language=language, **form.act_arguments
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The letter is saved. It is not sent yet."))
            return redirect("letter", access.consultation.slug, letter_public_id)
    context = {
        "access": access,
        "letter": letter,
        "form": form,
        "language": language,
        "languages": _language_links(access, letter, version_by_language, language),
        "words_saved_meanwhile": stored_words if was_changed_since_shown(form) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "comments/letters/letter_words.html", context, status=status)


def _initial_words(
    access: Access, letter: OfficialLetter, language: str, language_version: LetterWords | None
) -> dict[str, str]:
    """The subject and words of the letter in a language; a usual beginning where it has none."""
    mark = letter_acts.mark_of_words(language_version)
    if language_version:
        subject, words = language_version.subject, language_version.words
    else:
        subject, words = first_subject_and_words(access, letter, language)
    return {"subject": subject, "words": words, "seen": mark}


def _language_links(
    access: Access,
    letter: OfficialLetter,
    version_by_language: dict[str, LetterWords],
    current_language: str = "",
) -> list[dict[str, Any]]:
    """A link for each language to write the letter in; `version_by_language`: those written."""
    return [
        {
            "name": name,
            "url": _words_url(access, letter, language),
            "is_written": language in version_by_language,
            "is_current": language == current_language,
        }
        for language, name in LANGUAGE_NAMES.items()
    ]


@with_access
def letter_recipients(request: HttpRequest, access: Access, letter_public_id: UUID) -> HttpResponse:
    """Choose the recipients of the letter."""
    letter = _get_unsent_letter(access, letter_public_id)
    # A note goes to the delegations for which it has a section: each section says so.
    if letter.kind == LetterKind.NOTE:
        raise Http404
    chosen_recipients = LetterRecipient.objects.filter(letter=letter, is_chosen=True)
    seat_public_ids = chosen_recipients.values_list("seat__public_id", flat=True)
    form = LetterRecipientsForm(
        request.POST if request.method == "POST" else None,
        seats=letter_acts.seats_to_write_to(access),
        initial={
            "to": TO_ALL if letter.to_all else TO_SOME,
            "seats": [str(seat_public_id) for seat_public_id in seat_public_ids],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter_acts.address_letter(access=access, letter=letter, **form.act_arguments)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The recipients are saved."))
            return redirect("letter", access.consultation.slug, letter_public_id)
    context = {"access": access, "letter": letter, "form": form}
    status = 422 if form.errors else 200
    return render(request, "comments/letters/letter_recipients.html", context, status=status)


@with_access
def letter_section(
    request: HttpRequest, access: Access, letter_public_id: UUID, seat_public_id: UUID
) -> HttpResponse:
    """Edit what a note tells one delegation."""
    letter = _get_unsent_letter(access, letter_public_id)
    recipients = LetterRecipient.objects.visible_to(access).select_related("seat")
    recipient = get_object_or_404(recipients, letter=letter, seat__public_id=seat_public_id)
    form = LetterSectionForm(
        request.POST if request.method == "POST" else None,
        initial={
            "words": recipient.own_words,
            "is_sent": recipient.is_chosen,
            "seen": letter_acts.mark_of_section(recipient),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter_acts.edit_section(
                access=access, letter=letter, seat=recipient.seat, **form.act_arguments
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The section is saved."))
            return redirect("letter", access.consultation.slug, letter_public_id)
    context = {
        "access": access,
        "letter": letter,
        "seat": recipient.seat,
        "form": form,
        "section_saved_meanwhile": recipient if was_changed_since_shown(form) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "comments/letters/letter_section.html", context, status=status)


@require_safe
@with_access
def letter(request: HttpRequest, access: Access, letter_public_id: UUID) -> HttpResponse:
    """A letter as delegations read it; a draft with previews for those who write it."""
    letter = _get_letter(access, letter_public_id)
    language_versions = list(
        LetterWords.objects.visible_to(access).filter(letter=letter).order_by("pk")
    )
    language = request.GET.get("language", "") or get_language() or "en"
    context = {
        "access": access,
        "letter": letter,
        "kind": LetterKind(letter.kind).label,
        "letter_words": words_in(language_versions, language) if language_versions else None,
        "written_languages": [
            (words.language, LANGUAGE_NAMES[words.language]) for words in language_versions
        ],
        "text_url": _text_url(access, letter),
    }
    if access.reads_all:
        context |= _sender_context(request, access, letter, language_versions)
    else:
        mark_letter_mail_opened(access, letter)
        context["section"] = section_for_seat(access, letter, access.seat)
    return render(request, "comments/letters/letter.html", context)


def _sender_context(
    request: HttpRequest,
    access: Access,
    letter: OfficialLetter,
    language_versions: list[LetterWords],
) -> dict[str, Any]:
    """What those who send a letter see beside it: recipients, previews, deliveries."""
    seats = shown_recipients(access, letter, letter_acts.seats_to_write_to(access))
    form = LetterPreviewForm(request.GET, seats=seats)
    previewed_seat = form.seat()
    is_note = letter.kind == LetterKind.NOTE
    context: dict[str, Any] = {
        "seats": seats,
        "to_all": letter.to_all,
        "preview_form": form if len(seats) > 1 else None,
        "previewed_seat": previewed_seat,
        "section": section_for_seat(access, letter, previewed_seat) if is_note else "",
        "is_note": is_note,
    }
    if letter.sent_at:
        return context | {"counts": counts_of_letter(access, letter)}
    version_by_language = {words.language: words for words in language_versions}
    previews = []
    if previewed_seat and language_versions:
        previews = letter_previews(access, letter, previewed_seat, language_versions)
    return context | {
        "previews": previews,
        "languages": _language_links(access, letter, version_by_language),
        "seats_left_out": _seats_left_out(access, letter),
        "may_write": access.may(Act.WRITE_LETTER, on=access.consultation),
        "may_send": access.may(Act.SEND_LETTER, on=access.consultation),
        "new_deadline_sentence": _new_deadline_sentence(access, letter),
    }


def _seats_left_out(access: Access, letter: OfficialLetter) -> list[Seat]:
    """Delegations that have a section in a note, and are not among its recipients."""
    if letter.kind != LetterKind.NOTE:
        return []
    recipients = LetterRecipient.objects.visible_to(access).filter(letter=letter, is_chosen=False)
    return [recipient.seat for recipient in recipients.select_related("seat")]


@with_access
def send_letter(request: HttpRequest, access: Access, letter_public_id: UUID) -> HttpResponse:
    """Send a letter as the page shows it, once it is confirmed; pressed twice it is sent once.

    Where it changed since, it is not sent, and the page shows it anew.
    """
    access.require(Act.SEND_LETTER, on=access.consultation)
    letter = _get_letter(access, letter_public_id)
    form = SeenForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": letter_acts.mark_of_letter(access, letter)},
    )
    seats = shown_recipients(access, letter, letter_acts.seats_to_write_to(access))
    recipients_sentence = ngettext(
        "It goes to %(n)d delegation.", "It goes to %(n)d delegations.", len(seats)
    )
    sentences = [
        recipients_sentence % {"n": len(seats)},
        _("A letter that was sent is numbered and never changes."),
    ]
    if deadline_sentence := _new_deadline_sentence(access, letter):
        sentences.append(deadline_sentence)
    return confirm(
        request,
        access,
        title=_("Send the letter"),
        sentences=sentences,
        button_label=_("Send"),
        back_url=reverse("letter", args=[access.consultation.slug, letter_public_id]),
        success_message=_("The letter is sent."),
        act=lambda: letter_acts.send_letter(
            access=access, letter=letter, shown_mark=form.cleaned_data["seen"]
        ),
        form=form,
        working_sentence=_("An e-mail is written to each person, in their language."),
        details_template="comments/letters/_letter_to_send.html",
        language_versions=list(
            LetterWords.objects.visible_to(access).filter(letter=letter).order_by("pk")
        ),
        seats=seats,
    )


@with_access
def discard_letter(request: HttpRequest, access: Access, letter_public_id: UUID) -> HttpResponse:
    """Discard a draft, once it is confirmed."""
    letter = _get_unsent_letter(access, letter_public_id)
    return confirm(
        request,
        access,
        title=_("Discard the letter"),
        sentences=[_("It is never sent. Its history stays on the record.")],
        button_label=_("Discard"),
        back_url=reverse("letters", args=[access.consultation.slug]),
        success_message=_("The letter is discarded."),
        act=lambda: letter_acts.discard_letter(access=access, letter=letter),
        is_grave=True,
    )


@require_safe
@with_access
def letter_deliveries(request: HttpRequest, access: Access, letter_public_id: UUID) -> HttpResponse:
    """The recipients of a letter, and the state of each mail."""
    # For those who write letters, also once the record is closed: so without `on`.
    access.require(Act.WRITE_LETTER)
    letter = _get_letter(access, letter_public_id)
    if not letter.sent_at:
        raise Http404
    mails = mails_of_letter(access, letter).select_related("reader")
    page = Paginator(mails, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "letter": letter,
        "page": page,
        "deliveries": deliveries_of(access, page),
        "counts": counts_of_letter(access, letter),
    }
    return render(request, "comments/letters/letter_deliveries.html", context)


def _get_letter(access: Access, letter_public_id: UUID) -> OfficialLetter:
    """A letter that this reader may read. Raises Http404."""
    letters = OfficialLetter.objects.visible_to(access).in_force()
    with_relations = letters.select_related("round", "meeting", "revision__draft")
    return get_object_or_404(with_relations, public_id=letter_public_id)


def _get_unsent_letter(access: Access, letter_public_id: UUID) -> OfficialLetter:
    """A letter that is not sent yet, for those who may write it. Raises Http404, Refused."""
    access.require(Act.WRITE_LETTER, on=access.consultation)
    letter = _get_letter(access, letter_public_id)
    if letter.sent_at:
        raise Http404
    return letter


def _words_url(access: Access, letter: OfficialLetter, language: str) -> str:
    """The page on which the letter is written in a language."""
    return reverse("letter_words", args=[access.consultation.slug, letter.public_id, language])


def _text_url(access: Access, letter: OfficialLetter) -> str:
    """The reading page of the revision that the letter is about; empty where it is about none."""
    if letter.revision is None:
        return ""
    revision = letter.revision
    args = [access.consultation.slug, revision.draft.slug, revision.number]
    return reverse("reading", args=args)


def _new_deadline_sentence(access: Access, letter: OfficialLetter) -> str:
    """What sending an extension does to the deadline; empty for another letter."""
    if letter.kind != LetterKind.EXTENSION or letter.deadline is None or letter.round is None:
        return ""
    until = moment_in_words(letter.deadline, access.consultation.zone, now=access.moment)
    placeholders = {"round": letter.round.name, "until": until}
    return _("With it the deadline of “%(round)s” is extended to %(until)s.") % placeholders
