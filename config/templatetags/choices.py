"""Renders radio buttons and check boxes without a template: a page may have a hundred."""

from django import template
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def choice_input(option: BoundWidget) -> SafeString:
    """A radio button or a check box, as `option.tag` renders it."""
    data = option.data
    return format_html(
        '<input type="{}" name="{}" value="{}"{}>',
        data["type"],
        data["name"],
        str(data["value"]),
        flatatt(data["attrs"]),
    )
