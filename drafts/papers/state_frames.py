"""The frames around the states of paragraphs in Word: a small word each (PDF: text.typ)."""

from typing import Final

from drafts.models import NegotiationState


def _frame(colour: str, border: str, eighths: int, *, edge: str = "", ground: str = "") -> str:
    """Properties of a run: its colour, the frame around it in eighths of a point, its ground."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/>' if ground else ""
    return (
        f'<w:color w:val="{colour}"/><w:sz w:val="16"/><w:szCs w:val="16"/>'
        f'<w:bdr w:val="{border}" w:sz="{eighths}" w:space="0" w:color="{edge or colour}"/>{shade}'
    )


_INK, _GREEN, _QUIET = "1A1A1A", "1D5C4F", "555555"
FRAMES: Final = {
    NegotiationState.AGREED: _frame(_INK, "single", 8),
    NegotiationState.ROOM: _frame(_GREEN, "single", 6),
    NegotiationState.PLENARY: _frame(_GREEN, "single", 18, ground="E0F1EC"),
    NegotiationState.PARKED: _frame(_INK, "dashed", 6, edge=_QUIET),
    NegotiationState.INFORMALS: _frame(_INK, "dotted", 8, edge=_QUIET),
    NegotiationState.REOPENED: _frame(_INK, "single", 4),
}
