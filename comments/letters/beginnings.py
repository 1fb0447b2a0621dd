"""The first words of a new letter, by its kind; the facilitators edit them before it is sent."""

from collections.abc import Iterator

from django.utils.translation import gettext as _, override

from comments.digests.mail import agenda_of
from comments.inputs.citations import current_positions
from comments.models import LetterKind, OfficialLetter
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words


def first_subject_and_words(
    access: Access, letter: OfficialLetter, language: str
) -> tuple[str, str]:
    """The subject and the first words of a letter, in a language.

    Needs `meeting`, `round` and `revision.draft` of the letter.
    """
    # Letters have the codes of `delegations.models.LANGUAGES`, pages those of the settings.
    with override("zh-hans" if language == "zh" else language):
        subject, paragraphs = _subject_and_paragraphs(access, letter)
        values = {"title": access.consultation.title}
        greeting = _("Excellencies, distinguished delegates,")
        closing = _("The co-facilitators of %(title)s") % values
        return subject, "\n\n".join([greeting, *paragraphs, closing])


def _subject_and_paragraphs(access: Access, letter: OfficialLetter) -> tuple[str, list[str]]:
    """The subject and the paragraphs between greeting and closing, by the kind of the letter.

    Both are empty for a letter of another kind, or one without the text, meeting, round or deadline
    that its kind needs.
    """
    if letter.kind in {LetterKind.COVERING, LetterKind.NOTE} and letter.revision:
        values = {"text": letter.revision.draft.title, "stage": letter.revision.stage}
        if letter.kind == LetterKind.NOTE:
            subject = _("%(text)s, %(stage)s: what became of your inputs") % values
            return subject, [
                _("%(stage)s of %(text)s is circulated. Below is what became of your inputs.")
                % values
            ]
        subject = _("%(text)s, %(stage)s") % values
        return subject, [_("Please find %(stage)s of %(text)s.") % values]
    if letter.kind == LetterKind.INVITATION and letter.meeting:
        return _subject_and_paragraphs_of_invitation(access, letter)
    if letter.kind == LetterKind.EXTENSION and letter.round and letter.deadline:
        until = moment_in_words(letter.deadline, access.consultation.zone, now=access.moment)
        values = {"round": letter.round.name, "until": until}
        subject = _("Extension of the deadline of “%(round)s”") % values
        return subject, [_("The deadline of “%(round)s” is extended to %(until)s.") % values]
    return "", []


def _subject_and_paragraphs_of_invitation(
    access: Access, letter: OfficialLetter
) -> tuple[str, list[str]]:
    """The subject and the paragraphs of an invitation: the meeting, its place and its agenda."""
    meeting = letter.meeting
    assert meeting is not None
    time_words = moment_in_words(meeting.starts_at, access.consultation.zone, now=access.moment)
    values = {"meeting": meeting.title, "when": time_words}
    paragraphs = [_("You are invited to %(meeting)s, %(when)s.") % values]
    if meeting.place:
        paragraphs.append(_("Place: %(place)s.") % {"place": meeting.place})
    if agenda_lines := list(_agenda_lines(access, letter)):
        paragraphs.append("\n".join([_("Agenda:"), *agenda_lines]))
    return _("Invitation: %(meeting)s, %(when)s") % values, paragraphs


def _agenda_lines(access: Access, letter: OfficialLetter) -> Iterator[str]:
    """The agenda as it stands: by text, its paragraphs under their labels."""
    assert letter.meeting is not None
    agenda = agenda_of(access, letter.meeting, current_positions(access))
    for number, text in enumerate(agenda, start=1):
        entries = _(", ").join(text.entries)
        yield f"{number}. {text.title}: {entries}" if entries else f"{number}. {text.title}"
