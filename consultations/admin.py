"""The models on the secretariat's desk (Django's admin); each save there calls an action.

Only what the secretariat looks after is registered: comments, replies, reviews, digests, exports
and wordings are not shown here. Nothing is deleted.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_lazy

from consultations.admin_base import (
    ActAdmin,
    ActForm,
    desk,
    desk_access,
    desk_actor,
    served_consultation_ids,
)
from consultations.founding import acts
from consultations.founding.acts import close_record
from consultations.models import Consultation, Facilitation, Seat
from consultations.people import functions, posts
from consultations.rules.moment import received_at
from consultations.seats import acts as seats_acts
from consultations.web.preconditions import locked_row
from delegations import acts as delegations_acts
from delegations.models import Delegation, DelegationKind, GroupMembership, Mandate, Post, User

__all__ = ["desk"]  # imported from here, where the models are registered

# --- Delegations, groups, users, posts ------------------------------------------------------------


class DelegationDeskForm(ActForm):
    """A new or a corrected delegation or group."""

    def act(self) -> Delegation:
        actor = desk_actor(self.request)
        if self.is_new:
            return delegations_acts.add_delegation(actor=actor, **self.cleaned_values())
        changed_fields = {name: self.cleaned_data[name] for name in self.changed_data}
        return delegations_acts.edit_delegation(
            actor=actor, delegation=cast(Delegation, self.instance), **changed_fields
        )


@admin.register(Delegation, site=desk)
class DelegationAdmin(ActAdmin):
    form = DelegationDeskForm
    list_display = ("short_en", "code", "kind", "regional_group", "is_corrected")
    list_filter = ("kind", "is_corrected")
    search_fields = ("short_en", "short_fr", "short_es", "code", "iso2")
    exclude = ("is_corrected",)  # the actions set it: reference data then leaves the row alone

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **options)
        # Where it is left empty, it is made from the English name.
        form.base_fields["sort_key"].required = False
        return form


# What the two days of a dated row mean, as its page explains them.
DATE_HELP_TEXTS = {
    "starts_on": gettext_lazy("The first day on which it holds. Empty: since before our records."),
    "ends_on": gettext_lazy("The first day on which it no longer holds. Empty: it goes on."),
}


class DatedRowAdmin(ActAdmin):
    """Rows that hold from one day to another: members of a group, and its coordinators."""

    list_filter = (
        ("group", admin.RelatedOnlyFieldListFilter),
        ("ends_on", admin.EmptyFieldListFilter),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        # The admin hands these on to the factory of its forms.
        return super().get_form(request, obj, change, help_texts=DATE_HELP_TEXTS, **options)


class DatedForm(ActForm):
    """The form of a dated row: its action checks the constraints, and explains a refusal."""

    def validate_constraints(self) -> None:
        """Does nothing: the action checks them."""


class MembershipForm(DatedForm):
    """Which delegation is a member of which group, and since when; later only the days change."""

    def act(self) -> GroupMembership:
        actor = desk_actor(self.request)
        if self.is_new:
            return delegations_acts.add_membership(actor=actor, **self.cleaned_values())
        return delegations_acts.edit_membership(
            actor=actor,
            membership=cast(GroupMembership, self.instance),
            **self.cleaned_values("starts_on", "ends_on"),
        )


@admin.register(GroupMembership, site=desk)
class GroupMembershipAdmin(DatedRowAdmin):
    form = MembershipForm
    fields = ("group", "member", "starts_on", "ends_on")
    fixed_fields = ("group", "member")
    list_display = ("group", "member", "starts_on", "ends_on")
    list_select_related = ("group", "member")
    search_fields = ("group__short_en", "group__code", "member__short_en", "member__code")


class MandateForm(DatedForm):
    """Which delegation coordinates a group and files for it; later only the days change."""

    def act(self) -> Mandate:
        actor = desk_actor(self.request)
        if self.is_new:
            return delegations_acts.set_mandate(actor=actor, **self.cleaned_values())
        return delegations_acts.edit_mandate(
            actor=actor,
            mandate=cast(Mandate, self.instance),
            **self.cleaned_values("starts_on", "ends_on"),
        )


@admin.register(Mandate, site=desk)
class MandateAdmin(DatedRowAdmin):
    form = MandateForm
    fields = ("group", "coordinator", "starts_on", "ends_on")
    fixed_fields = ("group", "coordinator")
    list_display = ("group", "coordinator", "starts_on", "ends_on")
    list_select_related = ("group", "coordinator")
    search_fields = ("group__short_en", "coordinator__short_en")


class UserForm(ActForm):
    """An account: new, corrected, or deactivated with all its posts and functions."""

    # The newest record in the history of the account when the page was shown. What a colleague
    # changed after it, such as a deactivation, is not changed back.
    shown_record = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_new:
            self.initial["shown_record"] = _newest_record(cast(User, self.instance))

    def act(self) -> User:
        actor = desk_actor(self.request)
        account_fields = self.cleaned_values("email", "name", "language", "time_zone")
        is_staff = self.cleaned_data["is_staff"]
        if self.is_new:
            user = delegations_acts.add_user(actor=actor, **account_fields)
            return posts.edit_user(actor=actor, user=user, is_staff=is_staff)
        user = cast(User, self.instance)
        # Locked first, so that of two forms sent at once the second one sees what the first wrote.
        if self.cleaned_data["shown_record"] != _newest_record(locked_row(user)):
            raise ValidationError(
                _("This account was changed meanwhile. Open the page again, then correct it.")
            )
        if self.initial["is_active"] and not self.cleaned_data["is_active"]:
            # The other fields of the form are not saved then.
            return posts.deactivate_user(actor=actor, user=user)
        is_active = self.cleaned_data["is_active"]
        return posts.edit_user(
            actor=actor, user=user, is_staff=is_staff, is_active=is_active, **account_fields
        )


def _newest_record(user: User) -> str:
    """The id of the newest record in the history of an account; empty where it has none."""
    record_ids = user.history.order_by("-history_id").values_list("history_id", flat=True)
    return str(record_ids.first() or "")


@admin.register(User, site=desk)
class UserAdmin(ActAdmin):
    form = UserForm
    fields = ("email", "name", "language", "time_zone", "is_active", "is_staff", "shown_record")
    list_display = ("email", "name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")


class EndingForm(ActForm):
    """The form of a row that can be ended. Posts and functions can only be ended, not edited."""

    end_now = forms.BooleanField(
        label=gettext_lazy("End it now"),
        required=False,
        help_text=gettext_lazy("At once, for good. The record keeps the row."),
    )


class EndingAdmin(ActAdmin):
    """Rows that can be ended on their own page, not on the one that adds them."""

    add_fields: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.fixed_fields, "end_now") if obj is not None else self.add_fields


class PostForm(EndingForm):
    """A function of a person in a delegation: given, and later ended."""

    def act(self) -> Post:
        actor = desk_actor(self.request)
        if self.is_new:
            return posts.give_post(actor=actor, **self.cleaned_values("user", "delegation", "role"))
        post = cast(Post, self.instance)
        return posts.end_post(actor=actor, post=post) if self.cleaned_data["end_now"] else post


@admin.register(Post, site=desk)
class PostAdmin(EndingAdmin):
    form = PostForm
    add_fields = ("user", "delegation", "role")
    fixed_fields = ("user", "delegation", "role", "started_at", "ended_at")
    list_display = ("user", "delegation", "role", "started_at", "ended_at")
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "delegation")
    search_fields = ("user__email", "user__name", "delegation__short_en", "delegation__code")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Offer no groups: nobody has a post in one."""
        if db_field.name == "delegation":
            options["queryset"] = Delegation.objects.exclude(kind=DelegationKind.GROUP)
        return super().formfield_for_foreignkey(db_field, request, **options)


# --- Consultations, who leads and serves, who sits ------------------------------------------------


EDITED_FIELDS = ("title", "short_title", "mandate", "handling", "time_zone", "is_invented")
# How short a silence may be: in hours, and in working hours in the city of its time zone.
SILENCE_FIELDS = ("silence_hours", "silence_seat_hours")


class ConsultationForm(EndingForm):
    """Adds a consultation, changes what is told of it, or closes its record."""

    end_now = forms.BooleanField(
        label=gettext_lazy("Close the record now"),
        required=False,
        help_text=gettext_lazy("For good: nothing in the consultation changes after this."),
    )

    def act(self) -> Consultation:
        if self.is_new:
            return acts.create_consultation(
                user=cast(User, self.request.user),
                moment=received_at(self.request),
                **self.cleaned_values("slug", *EDITED_FIELDS),
            )
        access = desk_access(self.request, cast(Consultation, self.instance))
        if self.cleaned_data["end_now"]:
            return close_record(access=access)
        return acts.edit_consultation(
            access=access, **self.cleaned_values(*EDITED_FIELDS, *SILENCE_FIELDS)
        )


@admin.register(Consultation, site=desk)
class ConsultationAdmin(ActAdmin):
    form = ConsultationForm
    fixed_fields = ("slug", "closed_at")
    list_display = ("title", "slug", "created_at", "closed_at")
    search_fields = ("title", "slug")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The web address (`slug`) can be set only on the page that adds a consultation."""
        if obj is None:
            return ("slug", *EDITED_FIELDS)
        return (*self.fixed_fields, *EDITED_FIELDS, *SILENCE_FIELDS, "end_now")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The consultations that the user serves, and no other."""
        return super().get_queryset(request).filter(pk__in=served_consultation_ids(request.user))


class ConsultationRowAdmin(EndingAdmin):
    """Rows of the consultations that the user serves, and of no other."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .filter(consultation__in=served_consultation_ids(request.user))
        )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Offer only consultations that the user serves."""
        if db_field.name == "consultation":
            options["queryset"] = Consultation.objects.filter(
                pk__in=served_consultation_ids(request.user)
            )
        return super().formfield_for_foreignkey(db_field, request, **options)


class FacilitationForm(EndingForm):
    """A function of a person in a consultation (co-facilitator, …): given, and later ended."""

    def act(self) -> Facilitation:
        # A new row has its consultation already: Django has set the fields of the form on it.
        facilitation = cast(Facilitation, self.instance)
        access = desk_access(self.request, facilitation.consultation)
        if self.is_new:
            return functions.give_function(
                access=access, **self.cleaned_values("user", "role", "delegation")
            )
        if self.cleaned_data["end_now"]:
            return functions.end_function(access=access, facilitation=facilitation)
        return facilitation


@admin.register(Facilitation, site=desk)
class FacilitationAdmin(ConsultationRowAdmin):
    form = FacilitationForm
    add_fields = ("consultation", "user", "role", "delegation")
    fixed_fields = ("consultation", "user", "role", "delegation", "started_at", "ended_at")
    list_display = ("user", "role", "consultation", "delegation", "started_at", "ended_at")
    list_select_related = ("user", "consultation", "delegation")
    search_fields = ("user__email", "user__name")


class SeatDeskForm(EndingForm):
    """A delegation's place in a consultation: given, corrected, and later ended."""

    name = forms.CharField(
        label=gettext_lazy("Name it sits under"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, it is the delegation's name now."),
    )

    def act(self) -> Seat:
        # A new row has its consultation already: Django has set the fields of the form on it.
        seat = cast(Seat, self.instance)
        access = desk_access(self.request, seat.consultation)
        if self.is_new:
            return seats_acts.seat_delegation(
                access=access, **self.cleaned_values("delegation", "name")
            )
        if self.cleaned_data["end_now"]:
            return seats_acts.end_seat(access=access, seat=seat)
        return seats_acts.edit_seat(
            access=access, seat=seat, **self.cleaned_values("name", "status")
        )


@admin.register(Seat, site=desk)
class SeatAdmin(ConsultationRowAdmin):
    form = SeatDeskForm
    add_fields = ("consultation", "delegation", "name")
    fixed_fields = ("consultation", "delegation", "code", "ended_at")
    list_display = ("name", "code", "status", "consultation", "ended_at")
    list_filter = ("status",)
    list_select_related = ("consultation",)
    search_fields = ("name", "code")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Unlike a post or a function, a seat can also be corrected."""
        if obj is None:
            return self.add_fields
        return (*self.fixed_fields, "name", "status", "end_now")
