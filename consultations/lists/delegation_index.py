"""Delegations found as a person names them: by code, in six languages, by older names."""

from collections.abc import Iterable
from difflib import get_close_matches

from consultations.models import Consultation, Seat
from delegations.models import Delegation
from delegations.names import sort_key

LANGUAGES = ("en", "ar", "zh", "fr", "ru", "es")
MOST_SEARCHES = 40  # each compares a name with all of them


class DelegationIndex:
    """Every delegation by all its names, in two queries; a name that several share finds none.

    A code of ours goes before the two letters of ISO: AG is the African Group.
    """

    def __init__(self, consultation: Consultation) -> None:
        self._found: dict[str, set[int]] = {}
        self._coded: dict[str, set[int]] = {}
        self._searches_left = MOST_SEARCHES
        self.delegations = {row.pk: row for row in Delegation.objects.all()}
        for row in self.delegations.values():
            _enter(self._coded, row.pk, [row.code])
            _enter(self._found, row.pk, _names_of(row))
        seats = Seat.objects.filter(consultation=consultation)
        self.seats = {seat.delegation_id: seat for seat in seats}
        for key, seat in self.seats.items():
            _enter(self._coded, key, [seat.code])
            _enter(self._found, key, [seat.name, seat.code])

    def find(self, typed: str) -> Delegation | None:
        """The one delegation of this name or code."""
        keys = self._coded.get(_key(typed)) or self._found.get(_key(typed), set())
        return self.delegations[next(iter(keys))] if len(keys) == 1 else None

    def near(self, typed: str) -> Delegation | None:
        """The one that was probably meant by a name that finds none; asked for a page of them."""
        if not self._searches_left:
            return None
        self._searches_left -= 1
        near = get_close_matches(_key(typed), self._found, n=1, cutoff=0.75)
        keys = self._found[near[0]] if near else set()
        return self.delegations[next(iter(keys))] if len(keys) == 1 else None


def _enter(found: dict[str, set[int]], key: int, names: Iterable[str]) -> None:
    for name in filter(None, names):
        found.setdefault(_key(name), set()).add(key)


def _names_of(row: Delegation) -> list[str]:
    spoken = [
        str(getattr(row, f"{kind}_{language}"))
        for kind in ("short", "formal")
        for language in LANGUAGES
    ]
    return [row.code, row.iso2, *spoken]


def _key(name: str) -> str:
    """As names are ordered, so that accents and signs do not matter; other scripts as they are."""
    return sort_key(name) or " ".join(name.casefold().split())
