"""What a paragraph under silence is called on a page."""

from django import template

from comments.news.silences import name_of_wording

register = template.Library()
register.filter("wording_name", name_of_wording)
