"""Check a list of people to invite, row by row: who gets a mail, who is known, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.lists.delegation_index import DelegationIndex
from consultations.lists.list_rows import ListRow, ParsedList, read_list
from consultations.lists.seat_list import unknown_delegation
from consultations.models import Facilitation, FacilitationRole
from consultations.rules.access import Access
from delegations.invitations import Guest, known_addresses
from delegations.models import LANGUAGES, Delegation, Invitation, Post, PostRole, User

FIELDS = ("delegation", "email", "name", "role", "language")
MAX_NAME_LENGTH, MAX_ADDRESS_LENGTH = 150, 254
# The names of functions and languages are understood in these.
LANGUAGES_READ = ("en", "ar", "zh-hans", "fr", "ru", "es")


class GuestState(StrEnum):
    """What will become of a row."""

    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A row of the list, what will become of it, and the sentence that says so."""

    source: ListRow
    state: GuestState
    sentence: str
    guest: Guest | None = None


@dataclass(frozen=True, slots=True)
class InvitationList:
    """A list that was read, with what would become of each row now."""

    parsed: ParsedList
    rows: tuple[GuestRow, ...]

    def of(self, state: GuestState) -> list[GuestRow]:
        return [row for row in self.rows if row.state is state]

    @property
    def guests(self) -> list[Guest]:
        return [row.guest for row in self.rows if row.guest]


class WrongRow(Exception):
    """The error raised when a row is not understood; its message is a sentence."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The data against which each row is checked."""

    index: DelegationIndex
    known: Mapping[tuple[int, str], Post | Invitation]
    of_secretariat: frozenset[str]
    roles: Mapping[str, str]
    languages: Mapping[str, str]
    seen: dict[tuple[int, str], int] = field(default_factory=dict)


def invitation_list(access: Access, text: str) -> InvitationList:
    """Every row of a list, in a fixed number of queries. Raises UnreadableList."""
    parsed = read_list(text, _fields_by_heading(), FIELDS)
    index = DelegationIndex(access.consultation)
    served = Facilitation.objects.filter(role=FacilitationRole.SECRETARIAT, ended_at=None)
    emails = User.objects.filter(pk__in=served.values("user")).values_list("email", flat=True)
    facts = _Facts(
        index=index,
        known=known_addresses(index.seats),
        of_secretariat=frozenset(email.lower() for email in emails),
        roles=_values_by_spelling({str(role.value): role.label for role in PostRole}),
        languages=_values_by_spelling(dict(LANGUAGES)),
    )
    return InvitationList(parsed, tuple(_guest_row(row, facts) for row in parsed.rows))


def _fields_by_heading() -> dict[str, str]:
    spellings_by_field = {
        "delegation": ("delegation", "member state", "country", _("Delegation")),
        "email": ("e-mail", "email", "mail", "address", "e-mail address", _("E-mail address")),
        "name": ("name", "person", _("Name")),
        "role": ("function", "role", _("Function")),
        "language": ("language", _("Language")),
    }
    return {
        heading.casefold(): field
        for field, spellings in spellings_by_field.items()
        for heading in spellings
    }


def _values_by_spelling(labels: Mapping[str, object]) -> dict[str, str]:
    """Maps what people may write (a value, or its label in six languages) to the value."""
    values = {_normalized(value): value for value in labels}
    for language in LANGUAGES_READ:
        with override(language):
            values |= {_normalized(str(label)): value for value, label in labels.items()}
    return values


def _normalized(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


def _guest_row(row: ListRow, facts: _Facts) -> GuestRow:
    try:
        guest = _guest(row, facts)
    except WrongRow as wrong:
        return GuestRow(row, GuestState.WRONG, str(wrong))
    key = (guest.delegation.pk, guest.email)
    if key in facts.seen:
        sentence = _("The same person is in row %(row)d.") % {"row": facts.seen[key]}
        return GuestRow(row, GuestState.KNOWN, sentence)
    facts.seen[key] = row.number
    if key in facts.known:
        return GuestRow(row, GuestState.KNOWN, _why_known(facts.known[key]))
    return GuestRow(
        row,
        GuestState.NEW,
        _("Invited as %(role)s of %(delegation)s.")
        % {"role": PostRole(guest.role).label, "delegation": guest.delegation.name},
        guest,
    )


def _why_known(known: Post | Invitation) -> str:
    role = {"role": known.get_role_display()}
    if isinstance(known, Post):
        return _("Already has a post there, as %(role)s.") % role
    return _("Already invited as %(role)s. No second e-mail is sent.") % role


def _guest(row: ListRow, facts: _Facts) -> Guest:
    """The person whom a row names. Raises WrongRow."""
    delegation = _seated_delegation(row.cell("delegation"), facts.index)
    email = row.cell("email").lower()
    if not _is_address(email):
        raise WrongRow(_("“%(typed)s” is not an e-mail address.") % {"typed": row.cell("email")})
    if email in facts.of_secretariat:
        raise WrongRow(_("A person of the secretariat cannot have a post in a delegation."))
    if len(row.cell("name")) > MAX_NAME_LENGTH:
        raise WrongRow(_("This name is too long."))
    role = facts.roles.get(_normalized(row.cell("role") or PostRole.FOCAL_POINT))
    if role is None:
        raise WrongRow(
            _("“%(typed)s” is not a function. Write focal point, deputy or contributor.")
            % {"typed": row.cell("role")}
        )
    language = facts.languages.get(_normalized(row.cell("language")), "")
    if row.cell("language") and not language:
        raise WrongRow(
            _("“%(typed)s” is not a language here. Write for example French, or fr.")
            % {"typed": row.cell("language")}
        )
    return Guest(delegation, email, role, row.cell("name"), language)


def _seated_delegation(typed: str, index: DelegationIndex) -> Delegation:
    delegation = index.find(typed)
    if delegation is None:
        raise WrongRow(unknown_delegation(typed, index))
    seat = index.seats.get(delegation.pk)
    if seat is None or seat.ended_at is not None:
        raise WrongRow(
            _("%(name)s has no seat in this consultation. Give it a seat first.")
            % {"name": delegation.name}
        )
    return delegation


def _is_address(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return len(typed) <= MAX_ADDRESS_LENGTH
