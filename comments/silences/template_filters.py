"""Filters for pages on silences: the name of what is under silence, and the direction of words."""

from django import template

from drafts.text.citing import citation_of_wording
from drafts.words.typography import with_own_direction

register = template.Library()
register.filter("wording_name", citation_of_wording)
register.filter(with_own_direction)
