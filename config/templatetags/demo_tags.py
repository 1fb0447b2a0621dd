"""Shows the people of the demonstration on its sign-in page."""

from django import template

from config.demo_people import DemoPerson, demo_people
from config.demo_seed import PASSWORD

register = template.Library()


@register.inclusion_tag("demo/people.html", takes_context=True)
def people_of_the_demonstration(context: template.Context) -> dict[str, object]:
    """A button for each person, which signs in as them with the one public password."""
    people: list[DemoPerson] = demo_people()
    return {
        "people": people,
        "password": PASSWORD,
        "csrf_token": context.get("csrf_token"),
        "next_field": context.get("redirect_field"),
    }
