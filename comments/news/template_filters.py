"""Filters for pages of news: addresses without a host, and how many more there are."""

from urllib.parse import urlsplit, urlunsplit

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def and_more(count: int) -> str:
    """How many a page does not show, as the words of a link: "and 340 more"."""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}


@register.filter
def on_this_site(url: str) -> str:
    """The address without scheme and host, which only mails need.

    `https://host/consultations/x/?open=1#p-1` → `/consultations/x/?open=1#p-1`.
    """
    url_parts = urlsplit(url)
    return urlunsplit(("", "", url_parts.path, url_parts.query, url_parts.fragment))
