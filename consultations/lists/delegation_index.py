"""Find delegations by what people call them: a code, a name in six languages, an older name."""

from collections.abc import Iterable
from difflib import get_close_matches

from consultations.models import Consultation, Seat
from delegations.models import Delegation
from delegations.names import sort_key

LANGUAGES = ("en", "ar", "zh", "fr", "ru", "es")
MAX_SEARCHES = 40  # each compares a name with all of them


class DelegationIndex:
    """Every delegation by all its names, in two queries; a name that several share finds none.

    Our own codes go before ISO's two letters: AG is the African Group.
    """

    def __init__(self, consultation: Consultation) -> None:
        self._by_name: dict[str, set[int]] = {}
        self._by_code: dict[str, set[int]] = {}
        self._searches_left = MAX_SEARCHES
        self.delegations = {row.pk: row for row in Delegation.objects.all()}
        for row in self.delegations.values():
            _add_names(self._by_code, row.pk, [row.code])
            _add_names(self._by_name, row.pk, _names_of(row))
        seats = Seat.objects.filter(consultation=consultation)
        self.seats = {seat.delegation_id: seat for seat in seats}
        for key, seat in self.seats.items():
            _add_names(self._by_code, key, [seat.code])
            _add_names(self._by_name, key, [seat.name, seat.code])

    def find(self, typed: str) -> Delegation | None:
        """The one delegation of this name or code."""
        keys = self._by_code.get(_search_key(typed)) or self._by_name.get(_search_key(typed), set())
        return self.delegations[next(iter(keys))] if len(keys) == 1 else None

    def nearest(self, typed: str) -> Delegation | None:
        """The delegation that a misspelt name probably means; the number of searches is limited."""
        if not self._searches_left:
            return None
        self._searches_left -= 1
        close_names = get_close_matches(_search_key(typed), self._by_name, n=1, cutoff=0.75)
        keys = self._by_name[close_names[0]] if close_names else set()
        return self.delegations[next(iter(keys))] if len(keys) == 1 else None


def _add_names(keys_by_name: dict[str, set[int]], key: int, names: Iterable[str]) -> None:
    for name in filter(None, names):
        keys_by_name.setdefault(_search_key(name), set()).add(key)


def _names_of(row: Delegation) -> list[str]:
    names = [
        str(getattr(row, f"{kind}_{language}"))
        for kind in ("short", "formal")
        for language in LANGUAGES
    ]
    return [row.code, row.iso2, *names]


def _search_key(name: str) -> str:
    """The sort key of a name, so that accents do not matter; other scripts as they are."""
    return sort_key(name) or " ".join(name.casefold().split())
