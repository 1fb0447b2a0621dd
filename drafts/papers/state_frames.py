"""How Word shows the state of a paragraph: a small word in a border (for PDF see text.typ)."""

from typing import Final

from drafts.models import NegotiationState


def _border_properties(
    colour: str,
    border_style: str,
    border_eighths_of_point: int,
    *,
    border_colour: str = "",
    background: str = "",
) -> str:
    """The run properties (XML) of small words (8 points: `w:sz` counts halves) inside a border."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{background}"/>' if background else ""
    return (
        f'<w:color w:val="{colour}"/><w:sz w:val="16"/><w:szCs w:val="16"/>'
        f'<w:bdr w:val="{border_style}" w:sz="{border_eighths_of_point}" w:space="0" '
        f'w:color="{border_colour or colour}"/>{shade}'
    )


_INK, _GREEN, _GREY = "1A1A1A", "1D5C4F", "555555"
STATE_BORDERS: Final = {
    NegotiationState.AGREED_AD_REF: _border_properties(_INK, "single", 8),
    NegotiationState.AGREED_IN_ROOM: _border_properties(_GREEN, "single", 6),
    NegotiationState.AGREED_IN_PLENARY: _border_properties(
        _GREEN, "single", 18, background="E0F1EC"
    ),
    NegotiationState.PARKED: _border_properties(_INK, "dashed", 6, border_colour=_GREY),
    NegotiationState.INFORMALS: _border_properties(_INK, "dotted", 8, border_colour=_GREY),
    NegotiationState.REOPENED: _border_properties(_INK, "single", 4),
}
