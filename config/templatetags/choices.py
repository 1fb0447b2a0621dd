"""The box of a choice, written without a template: a page of forms has a hundred of them."""

from django import template
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def box(option: BoundWidget) -> SafeString:
    """What `option.tag` says of a radio button or a check box."""
    data = option.data
    return format_html(
        '<input type="{}" name="{}" value="{}"{}>',
        data["type"],
        data["name"],
        str(data["value"]),
        flatatt(data["attrs"]),
    )
