"""The secretariat's desk (Django's admin): who may open it, and what its forms and lists share."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import Consultation, Facilitation
from consultations.rules.access import Access, Actor, Capacity, Refused, Role
from consultations.rules.access_factory import capacities_of, make_access, make_actor
from consultations.rules.moment import received_at
from consultations.rules.second_factor import lacks_second_factor, require_second_factor
from consultations.web.forms import add_errors
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import (
    capacity_changed_page,
    current_actor,
    redirect_to_capacity_choice,
    session_capacity_key,
)
from delegations.models import User

# These classes of Django take the type of a model only for type checkers.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm

# --- Who may open the desk, and as whom -----------------------------------------------------------


class SecretariatDesk(admin.AdminSite):
    """Open to users with `is_staff` who serve a consultation as secretariat now."""

    site_header = gettext_lazy("Secretariat administration")
    site_title = gettext_lazy("Secretariat administration")
    index_title = gettext_lazy("Who is who, and who sits where")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user acts as secretariat in this session, with the second step done."""
        if not (_is_secretariat(request) and _chosen_secretariat_capacity(request)):
            return False
        return not lacks_second_factor(desk_actor(request), request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Send a secretariat member who acts in another capacity to the choice of capacities.

        A form of the desk that they send in that capacity is not saved.
        """
        protected_view = super().admin_view(view, cacheable)

        @wraps(view)
        def view_as_secretariat(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not _is_secretariat(request) or _chosen_secretariat_capacity(request):
                return protected_view(request, *args, **kwargs)
            if request.method == "POST" and current_actor(request):
                return capacity_changed_page(request)
            return redirect_to_capacity_choice(request)

        return view_as_secretariat

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the sign-in of all pages; refuse who is signed in and may not enter.

        Whoever may open the desk but serves no consultation yet is led to found one.
        """
        user = request.user
        if isinstance(user, User) and user.is_staff and not capacities_of(user):
            return redirect("found")
        if user.is_authenticated:
            require_second_factor(desk_actor(request), request)
            raise Refused(_("Only the secretariat can open this."))
        return_query = urlencode({"next": request.GET.get("next", reverse("desk:index"))})
        return redirect(f"{reverse('account_login')}?{return_query}")

    # Signing out and changing the password use the pages of the platform.
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


desk = SecretariatDesk(name="desk")


def _secretariat_capacities(request: HttpRequest) -> Sequence[Capacity]:
    """The capacities in which this user serves as secretariat, queried once a request."""
    facts = frame_facts(request)
    if facts.secretariat_capacities is None:
        capacities = capacities_of(cast(User, request.user))
        facts.secretariat_capacities = [
            capacity for capacity in capacities if capacity.role is Role.SECRETARIAT
        ]
    return facts.secretariat_capacities


def _is_secretariat(request: HttpRequest) -> bool:
    """Whether this user serves as secretariat and may open the desk, in any capacity."""
    user = cast(User, request.user)
    is_active_staff = user.is_authenticated and user.is_active and user.is_staff
    return is_active_staff and bool(_secretariat_capacities(request))


def _chosen_secretariat_capacity(request: HttpRequest) -> Capacity | None:
    """The capacity of this session, if it is that of a secretariat."""
    capacity_key = session_capacity_key(request)
    return next(
        (capacity for capacity in _secretariat_capacities(request) if capacity.key == capacity_key),
        None,
    )


def desk_actor(request: HttpRequest) -> Actor:
    """The user at the desk as secretariat, for acts outside any consultation. Raises Refused."""
    facts = frame_facts(request)
    if facts.desk_actor is None:
        secretariat = _chosen_secretariat_capacity(request)
        if secretariat is None:
            raise Refused(_("Only the secretariat can open this."))
        user = cast(User, request.user)
        facts.desk_actor = make_actor(user, secretariat.key, moment=received_at(request))
    return facts.desk_actor


def desk_access(request: HttpRequest, consultation: Consultation) -> Access:
    """The secretariat's access to one consultation; refused where the user does not serve it.

    The desk shows all consultations that somebody serves. So the access is in the capacity of this
    consultation's secretariat, whichever of their secretariat capacities was chosen.
    """
    user = cast(User, request.user)
    for capacity in _secretariat_capacities(request):
        if capacity.consultation_slug == consultation.slug:
            return make_access(user, consultation.slug, capacity.key, moment=received_at(request))
    raise Refused(_("You are not in the secretariat of this consultation."))


def served_consultation_ids(user: Any) -> "QuerySet[Facilitation, Any]":
    """A subquery with the ids of the consultations that a user serves as secretariat."""
    return Facilitation.objects.filter(
        user=user, role=Role.SECRETARIAT.value, ended_at=None
    ).values("consultation")


# --- What all forms and lists of the desk share ---------------------------------------------------


class ActForm(ModelForm):
    """A form whose last step of validation is the action itself, which saves the row.

    So the errors of the action are shown beside the fields. Django's admin runs the whole request
    in one transaction.
    """

    request: HttpRequest

    def act(self) -> models.Model:
        """Do what the form says, through an action, and return the row."""
        raise NotImplementedError(f"{type(self).__name__} must call its action.")

    @property
    def is_new(self) -> bool:
        return self.instance.pk is None

    def cleaned_values(self, *names: str) -> dict[str, Any]:
        """The cleaned values of these fields, or of all where none is named."""
        return {name: self.cleaned_data[name] for name in names or self._meta.fields or ()}

    def _post_clean(self) -> None:
        """Django's last step of validation, and then the action, where the fields are valid."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.instance = self.act()
        except ValidationError as error:
            add_errors(self, error)  # type: ignore[arg-type]


class ActAdmin(ModelAdmin):
    """Lists and forms of one model; saves call actions, nothing is deleted, history is shown."""

    actions = None  # Django's own, for many rows at once, such as their deletion
    fixed_fields: tuple[str, ...] = ()  # shown, but not editable, once the row is saved

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the lookups of the list's filters alone.

        Django would let an address filter by every column of the model, and so read what no page
        shows: a hash letter by letter, or how many rows point at this one.
        """
        return lookup in self.lookups_of_filters()

    def lookups_of_filters(self) -> set[str]:
        """The lookups that the filters of this list put into its address."""
        lookups = set()
        for list_filter in self.list_filter:
            field_path = (
                list_filter
                if isinstance(list_filter, str)
                else cast(tuple[str, Any], list_filter)[0]
            )
            field: Any = self.opts.get_field(field_path)
            # By a relation Django filters on the field that it points to: group__id__exact.
            lookup_path = (
                f"{field_path}__{field.target_field.name}" if field.is_relation else field_path
            )
            lookups |= {f"{lookup_path}__exact", f"{field_path}__isnull", f"{field_path}__isempty"}
        return lookups

    # Whoever may open the desk may view, add and change every row; nobody deletes one.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fixed_fields if obj is not None else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        # A subclass of its own for each request: the actions need to know who acts.
        return type(form.__name__, (form,), {"request": request})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is left to do: the form's action saved the row."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who changed what, and in which capacity; the newest first."""
        obj = self.get_object(request, object_id)
        # Django's own page answers where there is no such row, or no recorded history of its model.
        if obj is None or not hasattr(self.model, "history"):
            return super().history_view(request, object_id, extra_context)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": obj},
            "opts": self.opts,
            "row": obj,
            "changes": _changes_of(obj),
        }
        return render(request, "consultations/desk_history.html", context)


def _changes_of(row: Any) -> list[dict[str, Any]]:
    """Each recorded state of a row, the newest first, with what differs from the one before."""
    history_records = list(row.history.select_related("history_user").order_by("-pk"))
    return [
        {
            "record": record,
            "differences": record.diff_against(previous_record).changes
            if previous_record is not None
            else (),
        }
        for record, previous_record in zip(
            history_records, [*history_records[1:], None], strict=True
        )
    ]
