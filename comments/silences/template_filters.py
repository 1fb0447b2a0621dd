"""A filter for pages on silences: the direction of words."""

from django import template

from drafts.words.typography import with_own_direction

register = template.Library()
register.filter(with_own_direction)
