"""Links to the kits for the capital, for any page that knows the access."""

from typing import Any

from django import template

from consultations.rules.access import Access
from drafts.models import Revision

register = template.Library()


@register.inclusion_tag("comments/_kits.html")
def kits(access: Access) -> dict[str, Any]:
    """The kit of each text in its latest revision: one query."""
    rows = Revision.objects.visible_to(access).select_related("draft")
    latest = rows.order_by("draft__place", "draft__pk", "-number").distinct(
        "draft__place", "draft__pk"
    )
    return {"slug": access.consultation.slug, "revisions": list(latest)}
