"""The web address of a text, and the refusal of an act on a text that changed meanwhile."""

from django.core.exceptions import ValidationError
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from consultations.founding.acts import free_address
from consultations.rules.access import Access
from drafts.models import Draft


def address_for(access: Access, title: str) -> str:
    """An address made of the title that is free in this consultation (`free_address`)."""
    used_slugs = set(Draft.objects.visible_to(access).values_list("slug", flat=True))
    return free_address(
        title,
        fallback="text",
        is_in_use=lambda slug: slug in used_slugs or _is_address_of_page(access, slug),
    )


def require_free_address(access: Access, slug: str) -> None:
    """Raise `ValidationError` where a page of the consultation has this address.

    A constraint of `Draft` sees to it that no other text has it.
    """
    if _is_address_of_page(access, slug):
        raise ValidationError({"slug": _("This address is already in use. Choose another.")})


def _is_address_of_page(access: Access, slug: str) -> bool:
    """Whether a page other than that of a text ("latest") has this address."""
    # The page that the address of a text would lead to: the pattern of another page may come first.
    match = resolve(reverse("latest", args=[access.consultation.slug, slug]))
    return match.url_name != "latest"


class TextChanged(ValidationError):
    """The working text is not the one that a page showed, or a proposal was made for."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The working text or a choice changed since this was shown."
                " Please review it again. Nothing was saved."
            )
        )
