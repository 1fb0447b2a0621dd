"""The numbers of the pages of a list."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """The first page, those around this one, and the last; "…" stands for those between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
