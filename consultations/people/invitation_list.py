"""Check a list of people to invite, row by row: who gets a mail, who is known, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _, override

from consultations.models import Facilitation, FacilitationRole
from consultations.rules.access import Access
from consultations.seats.lists import (
    DelegationIndex,
    ListRow,
    ParsedList,
    read_list,
    unknown_delegation,
)
from delegations.invitations import PlannedInvitation, posts_and_invitations_by_address
from delegations.models import LANGUAGES, Delegation, Invitation, Post, PostRole, User

# The columns of a list without headings.
COLUMN_FIELDS = ("delegation", "email", "name", "role", "language")
MAX_NAME_LENGTH, MAX_ADDRESS_LENGTH = 150, 254  # as the database keeps them for an account
# The languages in which a list may name functions and languages.
LANGUAGES_READ = ("en", "ar", "zh-hans", "fr", "ru", "es")


class InvitationRowState(StrEnum):
    """What saving the list would do with a row."""

    NEW = "new"
    KNOWN = "known"  # has a post, is invited, or is in an earlier row: nothing to do
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A row of the list, what saving would do with it, and the sentence that says so."""

    source: ListRow
    state: InvitationRowState
    sentence: str
    planned_invitation: PlannedInvitation | None = None  # of a new row only


@dataclass(frozen=True, slots=True)
class InvitationList:
    """A list that was read, with what saving it would do with each row."""

    parsed: ParsedList
    rows: tuple[InvitationRow, ...]

    def rows_in_state(self, state: InvitationRowState) -> list[InvitationRow]:
        return [row for row in self.rows if row.state is state]

    @property
    def planned_invitations(self) -> list[PlannedInvitation]:
        """The invitations that saving the list would send."""
        return [row.planned_invitation for row in self.rows if row.planned_invitation]


class WrongRow(Exception):
    """The error raised when a row is not understood; its message is a sentence."""


@dataclass(frozen=True, slots=True)
class _KnownData:
    """The data against which each row is checked."""

    index: DelegationIndex
    # By delegation id and e-mail address.
    post_or_invitation_by_address: Mapping[tuple[int, str], Post | Invitation]
    secretariat_emails: frozenset[str]  # of all consultations
    # What people may write (`_values_by_spelling`) → the stored value.
    role_by_spelling: Mapping[str, str]
    language_by_spelling: Mapping[str, str]
    # The number of the first row for each delegation id and e-mail address.
    first_row_number_by_address: dict[tuple[int, str], int] = field(default_factory=dict)


def read_invitation_list(access: Access, text: str) -> InvitationList:
    """Every row of a list, in a fixed number of queries. Raises UnreadableList."""
    parsed = read_list(text, _field_by_heading(), COLUMN_FIELDS)
    index = DelegationIndex(access.consultation)
    secretariat_functions = Facilitation.objects.filter(
        role=FacilitationRole.SECRETARIAT, ended_at=None
    )
    secretariat_emails = User.objects.filter(
        pk__in=secretariat_functions.values("user")
    ).values_list("email", flat=True)
    known_data = _KnownData(
        index=index,
        post_or_invitation_by_address=posts_and_invitations_by_address(
            index.seat_by_delegation_id, access.moment
        ),
        secretariat_emails=frozenset(email.lower() for email in secretariat_emails),
        role_by_spelling=_values_by_spelling({str(role.value): role.label for role in PostRole}),
        language_by_spelling=_values_by_spelling(dict(LANGUAGES)),
    )
    return InvitationList(parsed, tuple(_check_row(row, known_data) for row in parsed.rows))


def _field_by_heading() -> dict[str, str]:
    """The fields of a row by what the headings of their columns may be, in small letters."""
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


def _values_by_spelling(label_by_value: Mapping[str, object]) -> dict[str, str]:
    """Maps what people may write (a value, or its label in six languages) to the value."""
    value_by_spelling = {_normalize(value): value for value in label_by_value}
    for language in LANGUAGES_READ:
        with override(language):
            value_by_spelling |= {
                _normalize(str(label)): value for value, label in label_by_value.items()
            }
    return value_by_spelling


def _normalize(text: str) -> str:
    """Small letters, and one space for spaces, hyphens and underscores: "focal point"."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _check_row(row: ListRow, known_data: _KnownData) -> InvitationRow:
    """What saving would do with a row; notes its person, so that one named twice is found."""
    try:
        planned_invitation = _read_planned_invitation(row, known_data)
    except WrongRow as wrong:
        return InvitationRow(row, InvitationRowState.WRONG, str(wrong))
    delegation_and_email = (planned_invitation.delegation.pk, planned_invitation.email)
    if delegation_and_email in known_data.first_row_number_by_address:
        sentence = _("The same person is in row %(row)d.") % {
            "row": known_data.first_row_number_by_address[delegation_and_email]
        }
        return InvitationRow(row, InvitationRowState.KNOWN, sentence)
    known_data.first_row_number_by_address[delegation_and_email] = row.number
    if delegation_and_email in known_data.post_or_invitation_by_address:
        return InvitationRow(
            row,
            InvitationRowState.KNOWN,
            _why_known(known_data.post_or_invitation_by_address[delegation_and_email]),
        )
    return InvitationRow(
        row,
        InvitationRowState.NEW,
        _("Invited as %(role)s of %(delegation)s.")
        % {
            "role": PostRole(planned_invitation.role).label,
            "delegation": planned_invitation.delegation.name,
        },
        planned_invitation,
    )


def _why_known(post_or_invitation: Post | Invitation) -> str:
    """Why a person of the list gets no mail, as a sentence."""
    role_values = {"role": post_or_invitation.get_role_display()}
    if isinstance(post_or_invitation, Post):
        return _("Already has a post there, as %(role)s.") % role_values
    return _("Already invited as %(role)s. No second e-mail is sent.") % role_values


def _read_planned_invitation(row: ListRow, known_data: _KnownData) -> PlannedInvitation:
    """The person whom a row names, with their post. Raises WrongRow."""
    delegation = _seated_delegation(row.cell("delegation"), known_data.index)
    email = row.cell("email").lower()
    if not _is_address(email):
        raise WrongRow(_("“%(typed)s” is not an e-mail address.") % {"typed": row.cell("email")})
    if email in known_data.secretariat_emails:
        raise WrongRow(_("A person of the secretariat cannot have a post in a delegation."))
    if len(row.cell("name")) > MAX_NAME_LENGTH:
        raise WrongRow(_("This name is too long."))
    # A row without a function invites a focal point.
    role = known_data.role_by_spelling.get(_normalize(row.cell("role") or PostRole.FOCAL_POINT))
    if role is None:
        raise WrongRow(
            _("“%(typed)s” is not a function. Write focal point, deputy or contributor.")
            % {"typed": row.cell("role")}
        )
    language = known_data.language_by_spelling.get(_normalize(row.cell("language")), "")
    if row.cell("language") and not language:
        raise WrongRow(
            _("“%(typed)s” is not a language here. Write for example French, or fr.")
            % {"typed": row.cell("language")}
        )
    return PlannedInvitation(
        delegation=delegation, email=email, role=role, name=row.cell("name"), language=language
    )


def _seated_delegation(cell_text: str, index: DelegationIndex) -> Delegation:
    """The delegation that a cell names.

    Raises WrongRow where it is unknown, is a group or has no seat here.
    """
    delegation = index.find(cell_text)
    if delegation is None:
        raise WrongRow(unknown_delegation(cell_text, index))
    if delegation.is_group:
        raise WrongRow(_("%(name)s is a group. Choose a delegation.") % {"name": delegation.name})
    seat = index.seat_by_delegation_id.get(delegation.pk)
    if seat is None or seat.ended_at is not None:
        raise WrongRow(
            _("%(name)s has no seat in this consultation. Give it a seat first.")
            % {"name": delegation.name}
        )
    return delegation


def _is_address(cell_text: str) -> bool:
    try:
        validate_email(cell_text)
    except ValidationError:
        return False
    return len(cell_text) <= MAX_ADDRESS_LENGTH
