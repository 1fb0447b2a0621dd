"""Find delegations by what people call them: a code, a name in six languages, an older name."""

from collections.abc import Iterable
from difflib import get_close_matches

from consultations.models import Consultation, Seat
from delegations.models import Delegation
from delegations.names import sort_key

NAME_LANGUAGES = ("en", "ar", "zh", "fr", "ru", "es")
MAX_SEARCHES = 40  # for a misspelt name; each compares it with all names


class DelegationIndex:
    """Every delegation by all its names, in two queries; a name that several share finds none.

    Our own codes go before the two letters of ISO: AG is the African Group, not Antigua and
    Barbuda.
    """

    def __init__(self, consultation: Consultation) -> None:
        self._ids_by_name: dict[str, set[int]] = {}
        self._ids_by_code: dict[str, set[int]] = {}
        self._searches_left = MAX_SEARCHES
        self.delegation_by_id = {
            delegation.pk: delegation for delegation in Delegation.objects.all()
        }
        for delegation in self.delegation_by_id.values():
            _add_names(self._ids_by_code, delegation.pk, [delegation.code])
            _add_names(self._ids_by_name, delegation.pk, _names_of(delegation))
        seats = Seat.objects.filter(consultation=consultation)  # ended ones too
        self.seat_by_delegation_id = {seat.delegation_id: seat for seat in seats}
        for delegation_id, seat in self.seat_by_delegation_id.items():
            _add_names(self._ids_by_code, delegation_id, [seat.code])
            _add_names(self._ids_by_name, delegation_id, [seat.name, seat.code])

    def find(self, name_or_code: str) -> Delegation | None:
        """The one delegation of this name or code; None where there is none, or several."""
        delegation_ids = self._ids_by_code.get(_search_key(name_or_code)) or self._ids_by_name.get(
            _search_key(name_or_code), set()
        )
        return (
            self.delegation_by_id[next(iter(delegation_ids))] if len(delegation_ids) == 1 else None
        )

    def closest_match(self, misspelt_name: str) -> Delegation | None:
        """The delegation that a misspelt name probably means; the number of searches is limited."""
        if not self._searches_left:
            return None
        self._searches_left -= 1
        # `cutoff` is how alike two names have to be: from 0 to 1, which means equal.
        close_names = get_close_matches(
            _search_key(misspelt_name), self._ids_by_name, n=1, cutoff=0.75
        )
        delegation_ids = self._ids_by_name[close_names[0]] if close_names else set()
        return (
            self.delegation_by_id[next(iter(delegation_ids))] if len(delegation_ids) == 1 else None
        )


def _add_names(
    ids_by_search_key: dict[str, set[int]], delegation_id: int, names: Iterable[str]
) -> None:
    """Enter a delegation under each of these names that is not empty."""
    for name in filter(None, names):
        ids_by_search_key.setdefault(_search_key(name), set()).add(delegation_id)


def _names_of(delegation: Delegation) -> list[str]:
    """Its codes, and its short and formal names in the six languages; some are empty."""
    names = [
        str(getattr(delegation, f"{kind}_{language}"))
        for kind in ("short", "formal")
        for language in NAME_LANGUAGES
    ]
    return [delegation.code, delegation.iso2, *names]


def _search_key(name: str) -> str:
    """The sort key of a name, so that accents do not matter; small letters in other scripts."""
    return sort_key(name) or " ".join(name.casefold().split())
