"""The refusal of an act on a text that is not the one that was shown."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class TextChanged(ValidationError):
    """The working text is not the one that a page showed, or a proposal was made for."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The working text or a choice changed since this was shown."
                " Please review it again. Nothing was saved."
            )
        )
