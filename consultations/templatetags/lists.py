"""Rows of a pasted list on a page."""

from django import template

from consultations.seats.lists import ListRow

register = template.Library()


@register.filter
def cell(row: ListRow, field: str) -> str:
    """The cell of a row under a field."""
    return row.cell(field)
