"""What every page's frame shows: as whom, what is due, and whether all of it is invented."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from consultations.access import Access, Standing


@dataclass(frozen=True, slots=True)
class Frame:
    """Takes its values from the view that entered; an anonymous page has an empty frame."""

    access: Standing | None = None
    capacity_name: str = ""
    capacity_role: str = ""
    capacity_code: str = ""
    capacity_key: str = ""
    due: str = ""
    new_count: int = 0
    new_url: str = ""
    is_demo: bool = False


def frame(request: HttpRequest) -> dict[str, Frame]:
    """`frame` in every template."""
    access: Standing | None = getattr(request, "access", None)
    if access is None:
        return {"frame": Frame(is_demo=settings.DEMO)}
    invented = isinstance(access, Access) and access.consultation.is_invented
    return {
        "frame": Frame(
            access=access,
            capacity_name=access.capacity.name,
            capacity_role=access.capacity.role_words,
            capacity_code=access.capacity.code,
            capacity_key=access.capacity.key,
            due=getattr(request, "due", ""),
            new_count=getattr(request, "new_count", 0),
            new_url=getattr(request, "new_url", ""),
            is_demo=settings.DEMO or invented,
        )
    }
