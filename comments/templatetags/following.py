"""Addresses of a mail on a page: a mail's links are whole, a page's need no host."""

from urllib.parse import urlsplit, urlunsplit

from django import template

register = template.Library()


@register.filter
def on_this_site(url: str) -> str:
    """`https://host/consultations/x/?open=1#p-1` → `/consultations/x/?open=1#p-1`."""
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment))
