"""Silences as pages list them: name, state, address, and the paragraph each is on."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.inputs.audience import moment_words
from comments.models import Silence
from comments.silences.queries import SilenceState, name_of_silence, state_of_silence
from consultations.rules.access import Access
from consultations.time.wall_clock import time_left
from drafts.words.quoting import first_words


def silence_lines(access: Access, silences: Iterable[Silence]) -> list[dict[str, Any]]:
    """A line for each silence: its name, its state, and the paragraph it is on."""
    return [_silence_line(access, silence) for silence in silences]


def _silence_line(access: Access, silence: Silence) -> dict[str, Any]:
    """A silence in a list: a decision by its words; "paragraph_id" is None without a paragraph."""
    return {
        "silence": silence,
        "name": first_words(silence.decision, 120) or name_of_silence(silence),
        "state_text": silence_state_text(access, silence),
        "is_running": silence.runs_at(access.moment),
        "url": address_of_silence(access, silence),
        "paragraph_id": silence.wording.paragraph_id if silence.wording else None,
    }


def silence_state_text(access: Access, silence: Silence) -> str:
    """Until when a silence runs, or its outcome, as far as the reader may know it."""
    until = moment_words(access, silence.silence_until)
    placeholders = {
        "moment": until,
        "left": time_left(silence.silence_until, access.moment),
        "outcome": capfirst(silence.get_outcome_display()),
    }
    if silence.declared_at:
        placeholders["moment"] = moment_words(access, silence.declared_at)
        return _("%(outcome)s, declared %(moment)s.") % placeholders
    if silence.adopted_at:
        placeholders["moment"] = moment_words(access, silence.adopted_at)
        return _("The text was adopted %(moment)s. No outcome was declared.") % placeholders
    state = state_of_silence(access, silence)
    if state is SilenceState.ENDED:
        return _("The silence ended %(moment)s. Its outcome is not declared yet.") % placeholders
    if state is SilenceState.BROKEN:
        return _("Broken. The silence runs until %(moment)s, %(left)s.") % placeholders
    return _("Silence until %(moment)s, %(left)s.") % placeholders


def address_of_silence(access: Access, silence: Silence) -> str:
    """The address of a silence's page."""
    return reverse("silence", args=[access.consultation.slug, silence.public_id])
