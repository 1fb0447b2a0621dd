"""Filters for pages of news: addresses without a host."""

from urllib.parse import urlsplit, urlunsplit

from django import template

register = template.Library()


@register.filter
def on_this_site(url: str) -> str:
    """The address without scheme and host, which only mails need.

    `https://host/consultations/x/?open=1#p-1` → `/consultations/x/?open=1#p-1`.
    """
    url_parts = urlsplit(url)
    return urlunsplit(("", "", url_parts.path, url_parts.query, url_parts.fragment))
