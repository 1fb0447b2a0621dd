"""Moments on a page: in the consultation's time, then in the reader's own where it differs.

Outside a consultation New York time comes first.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from consultations.models import Consultation
from consultations.rules.access import Access, Actor
from consultations.time.wall_clock import NEW_YORK, moment_in_words, moment_in_words_for_reader

register = template.Library()


@register.filter
def in_zone(moment: datetime | None, consultation_or_actor: Consultation | Actor | None) -> str:
    """A moment in the consultation's time; with an actor, in the reader's own time too.

    `{{ round.deadline|in_zone:frame.actor }}` → "Fri 7 May, 17:00 New York · 22:00 Lisbon"
    """
    if moment is None or consultation_or_actor is None:
        return ""
    if isinstance(consultation_or_actor, Consultation):
        return moment_in_words(moment, consultation_or_actor.zone)
    own_zone = ZoneInfo(consultation_or_actor.user.time_zone)
    zone = (
        consultation_or_actor.consultation.zone
        if isinstance(consultation_or_actor, Access)
        else NEW_YORK
    )
    return moment_in_words_for_reader(moment, zone, own_zone)
