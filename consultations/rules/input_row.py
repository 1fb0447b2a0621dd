"""The attributes that the rules read of an input, and of a seat that is asked something.

Their models are in `comments`, an app that builds on this one, so the rules know them by these
protocols.
"""

from datetime import datetime
from typing import Protocol

from consultations.models import Round


class RowOfSeat(Protocol):
    """A row that belongs to a seat: an input, or the question that a seat is asked."""

    @property
    def seat_id(self) -> int: ...

    @property
    def consultation_id(self) -> int: ...


class InputRow(RowOfSeat, Protocol):
    """An input (`Comment`), as a draft or submitted. `seat` is the delegation or group it is of."""

    @property
    def filed_by_id(self) -> int:
        """The seat in which it was written: the own one, or that of a group for a shared draft."""
        ...

    @property
    def author_id(self) -> int | None: ...

    @property
    def in_room(self) -> bool:
        """Whether it was drafted in the room of a group, whose members share its drafts."""
        ...

    @property
    def round(self) -> Round: ...

    @property
    def consent(self) -> str: ...

    @property
    def submitted_at(self) -> datetime | None: ...

    @property
    def discarded_at(self) -> datetime | None: ...

    @property
    def withdrawn_at(self) -> datetime | None: ...

    @property
    def superseded_at(self) -> datetime | None:
        """When a later version replaced it."""
        ...

    @property
    def silence_until(self) -> datetime | None:
        """The end of the silence that its group keeps on a draft: who says nothing consents."""
        ...

    @property
    def silence_broken_at(self) -> datetime | None:
        """When a member of the group objected."""
        ...


class SilenceRow(Protocol):
    """A silence procedure of the facilitators: its end, and when its outcome was declared."""

    @property
    def silence_until(self) -> datetime | None: ...

    @property
    def declared_at(self) -> datetime | None: ...


class SeatAskedInSilence(RowOfSeat, Protocol):
    """A seat that a silence procedure asks."""

    @property
    def silence(self) -> SilenceRow: ...


class BridgingRow(Protocol):
    """Words of the facilitators that are to bridge several inputs.

    Delegations are asked whether they accept them, until the question is closed.
    """

    @property
    def asked_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


class SeatAskedOnBridging(RowOfSeat, Protocol):
    """A seat that is asked whether it can accept a bridging proposal."""

    @property
    def proposal(self) -> BridgingRow: ...
