"""What acts on groups, posts and accounts ask of their values first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from delegations.models import Delegation
from delegations.zones import time_zones


def require_group(group: Delegation, delegation: Delegation) -> None:
    """Raise ValidationError unless `group` is a group and `delegation` is none."""
    if not group.is_group:
        raise ValidationError(_("%(name)s is not a group.") % {"name": group.name})
    require_no_group(delegation)


def require_no_group(delegation: Delegation) -> None:
    """Raise ValidationError for a group: nobody has a post in one, its coordinator submits."""
    if delegation.is_group:
        raise ValidationError(
            _("%(name)s is a group. Choose a delegation.") % {"name": delegation.name}
        )


def require_order(starts_on: date | None, ends_on: date | None) -> None:
    """Raise ValidationError where the last day does not come after the first; None is no limit."""
    if starts_on and ends_on and ends_on <= starts_on:
        raise ValidationError(_("The end must come after the start."))


def require_zone(time_zone: str) -> None:
    """Raise ValidationError unless this is a time zone by its IANA name."""
    if time_zone not in time_zones():
        raise ValidationError(
            {"time_zone": _("Give a time zone by its name, for example America/New_York.")}
        )
