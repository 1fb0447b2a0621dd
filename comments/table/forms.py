"""Which table to show: revisions, copy, layout, rows, cut-off and filters, all in the address."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext as _, gettext_lazy

from comments.models import UNANSWERED, Disposition
from comments.table.filter import IN_TIME, LATE, WITHDRAWN, TableFilter, read_sections
from comments.table.selection import SHORT, TableSelection
from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import NEW_YORK, require_year
from consultations.timetable.forms import WallClockField
from drafts.models import Revision


class CutOffField(WallClockField):
    """A wall-clock time in New York; an address may also carry a moment with its offset."""

    def to_python(self, value: Any) -> datetime | None:
        moment = _parse_moment(value)
        if moment is None:
            return super().to_python(value)
        require_year(moment)
        return moment.astimezone(UTC)

    def prepare_value(self, value: Any) -> Any:
        try:
            return super().prepare_value(_parse_moment(value) or value)
        except OverflowError:  # at the edge of the calendar, where `to_python` refuses it
            return value


class TableForm(forms.Form):
    """The choice of a table, read from the address; without a choice, see `first_selection`."""

    revision = forms.MultipleChoiceField(
        label=gettext_lazy("Inputs on"), widget=forms.CheckboxSelectMultiple
    )
    copy = forms.ChoiceField(
        label=gettext_lazy("Copy"),
        choices=[
            ("circulation", gettext_lazy("Circulation copy")),
            ("facilitators", gettext_lazy("Facilitators’ copy")),
        ],
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        choices=[
            ("grid", gettext_lazy("Grid")),
            ("blocks", gettext_lazy("Blocks under each paragraph")),
        ],
    )
    rows = forms.ChoiceField(
        label=gettext_lazy("Rows"),
        required=False,
        choices=[
            ("", gettext_lazy("A row for each input")),
            (SHORT, gettext_lazy("A row for the same words")),
        ],
    )
    cut_off = CutOffField(label=gettext_lazy("Cut-off (New York time)"), zone=NEW_YORK)
    text = forms.ChoiceField(label=gettext_lazy("Text"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    delegation = forms.ChoiceField(label=gettext_lazy("Delegation"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All states")),
            (IN_TIME, gettext_lazy("In time")),
            (LATE, gettext_lazy("Late")),
            (WITHDRAWN, gettext_lazy("Withdrawn")),
        ],
    )
    disposition = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        required=False,
        choices=[
            ("", gettext_lazy("All answers")),
            (UNANSWERED, gettext_lazy("Without an answer")),
            *Disposition.choices,
        ],
    )

    def __init__(
        self, *args: Any, access: Access, revisions: list[Revision], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.revision_by_public_id = {str(revision.public_id): revision for revision in revisions}
        has_several_texts = len({revision.draft_id for revision in revisions}) > 1
        self.fields["revision"].choices = [  # type: ignore[attr-defined]
            (
                revision_public_id,
                f"{revision.draft.title}: {revision.stage}"
                if has_several_texts
                else revision.stage,
            )
            for revision_public_id, revision in self.revision_by_public_id.items()
        ]
        self._offer_parts(access, revisions)
        if not access.may(Act.READ_UNPUBLISHED_REVIEW):
            # The facilitators' copy has answers that are not published yet: these readers get no
            # choice of a copy, and the table refuses it to an address that asks for it.
            self.fields["copy"].widget = forms.HiddenInput()
            del self.fields["disposition"]  # the circulation copy holds no answer

    def _offer_parts(self, access: Access, revisions: list[Revision]) -> None:
        """Offer each text, section and delegation as the only one in the table."""
        title_by_draft_public_id = {
            str(revision.draft.public_id): revision.draft.title for revision in revisions
        }
        name_by_heading_public_id = {
            section.heading_public_id: section.name for section in read_sections(revisions)
        }
        seats = Seat.objects.filter(consultation=access.consultation)
        ordered_seats = seats.order_by("rank", "sort_key", "pk")
        name_by_seat_public_id = {
            str(seat.public_id): seat.name_for_reader for seat in ordered_seats
        }
        for field_name, empty_label, name_by_value in (
            ("text", _("All texts"), title_by_draft_public_id),
            ("section", _("All sections"), name_by_heading_public_id),
            ("delegation", _("All delegations"), name_by_seat_public_id),
        ):
            self.fields[field_name].choices = [("", empty_label), *name_by_value.items()]  # type: ignore[attr-defined]
            if len(name_by_value) < 2:  # there is nothing to choose
                self.fields[field_name].widget = forms.HiddenInput()

    def selection(self) -> TableSelection:
        """The table that was chosen; for a valid form."""
        values = self.cleaned_data
        return TableSelection(
            revisions=tuple(
                self.revision_by_public_id[revision_public_id]
                for revision_public_id in self.revision_by_public_id
                if revision_public_id in values["revision"]
            ),
            cut_off=cut_off_after_circulations(
                values["cut_off"], self.revision_by_public_id.values()
            ),
            copy=values["copy"],
            layout=values["layout"],
            language=get_language() or "en",
            is_short=values["rows"] == SHORT,
            disposition=values.get("disposition", ""),
            table_filter=TableFilter(
                **{name: values[name] for name in ("text", "section", "delegation", "state")}
            ),
        )


def first_selection(access: Access, revisions: list[Revision]) -> TableSelection:
    """The table shown without a choice: all revisions, cut off at the beginning of this minute.

    Those who read answers that are not published yet get the facilitators' copy.
    """
    copy = "facilitators" if access.may(Act.READ_UNPUBLISHED_REVIEW) else "circulation"
    cut_off = cut_off_after_circulations(access.moment.replace(second=0, microsecond=0), revisions)
    circulated = [revision for revision in revisions if revision.circulated_at <= cut_off]
    return TableSelection(tuple(circulated), cut_off=cut_off, copy=copy)  # type: ignore[arg-type]


def cut_off_after_circulations(cut_off: datetime, revisions: Iterable[Revision]) -> datetime:
    """The cut-off; one at a whole minute is moved to the last circulation in that minute."""
    circulated_in_minute = [
        revision.circulated_at
        for revision in revisions
        if revision.circulated_at.replace(second=0, microsecond=0) == cut_off
    ]
    return max([cut_off, *circulated_in_minute])


def _parse_moment(value: Any) -> datetime | None:
    """The value as a moment with its offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
