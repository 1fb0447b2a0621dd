"""Shows on the front page the first three steps for the reader's function, until hidden."""

from django import template

from config.help.views import chapter_and_first_steps
from consultations.rules.access import Access

register = template.Library()


@register.inclusion_tag("help/first_steps.html", takes_context=True)
def first_steps(context: template.Context, access: Access) -> dict[str, object]:
    """The first steps for this access. No query: what was hidden is stored with the account."""
    chapter_and_steps = chapter_and_first_steps(access)
    request = context["request"]
    return {
        "chapter": chapter_and_steps[0] if chapter_and_steps else None,
        "steps": chapter_and_steps[1] if chapter_and_steps else "",
        "csrf_token": context.get("csrf_token"),
        "return_url": request.get_full_path(),
        "slug": access.consultation.slug,
    }
