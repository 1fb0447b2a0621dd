"""The forms about people: an invitation, a hand-over, a newcomer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext as _, gettext_lazy

from consultations.founding.forms import FUNCTION_LABELS
from consultations.models import FacilitationRole, Seat
from consultations.rules.access import Access
from consultations.web.forms import time_zone_choices
from delegations.invitations import NewAccountDetails
from delegations.models import LANGUAGES, Delegation, DelegationKind, Post, PostRole

SOMEBODY_NEW = "new"


class InvitationForm(forms.Form):
    """An invitation to a post by e-mail, whether or not the person has an account yet."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(
        label=gettext_lazy("Function"),
        choices=[
            (
                PostRole.FOCAL_POINT,
                gettext_lazy(
                    "Focal point: drafts, clears and submits in the name of the delegation."
                ),
            ),
            (PostRole.DEPUTY, gettext_lazy("Deputy: drafts and clears, does not submit.")),
            (PostRole.CONTRIBUTOR, gettext_lazy("Contributor: drafts.")),
        ],
        widget=forms.RadioSelect,
        initial=PostRole.CONTRIBUTOR,
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        if access.is_delegate:  # a delegate invites to their own delegation alone
            return
        current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        seated_delegations = Delegation.objects.filter(pk__in=current_seats.values("delegation"))
        self.fields["delegation"] = forms.ModelChoiceField(
            label=gettext_lazy("Delegation"),
            queryset=seated_delegations.exclude(kind=DelegationKind.GROUP),
            empty_label=gettext_lazy("Choose a delegation"),
        )
        self.order_fields(["delegation"])


class HandOverForm(forms.Form):
    """To whom a focal point's post goes, and what becomes of its present holder."""

    successor = forms.ChoiceField(label=gettext_lazy("Who takes it"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address, for a new person"),
        required=False,
        help_text=gettext_lazy("They get an invitation and take the post when they accept."),
    )
    former_becomes = forms.ChoiceField(
        label=gettext_lazy("The present holder"),
        choices=[
            ("", gettext_lazy("Leaves: the post ends, with its open sessions and API keys")),
            (PostRole.DEPUTY, gettext_lazy("Becomes deputy")),
        ],
        initial=PostRole.DEPUTY,  # of the two the choice that takes less away
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, post: Post, posts: list[Post], **options: Any) -> None:
        super().__init__(*args, **options)
        self.other_post_by_public_id = {
            str(other_post.public_id): other_post
            for other_post in posts
            if other_post.pk != post.pk
        }
        successor_field = self.fields["successor"]
        successor_field.choices = [  # type: ignore[attr-defined]
            *(
                (public_id, _(", ").join((str(other_post.user), other_post.get_role_display())))
                for public_id, other_post in self.other_post_by_public_id.items()
            ),
            (SOMEBODY_NEW, _("A new person, by invitation")),
        ]

    def clean(self) -> None:
        super().clean()
        is_new = self.cleaned_data.get("successor") == SOMEBODY_NEW
        if is_new and not self.cleaned_data.get("email") and "email" not in self.errors:
            self.add_error("email", ValidationError(_("Give the address of the new person.")))

    @property
    def successor_post(self) -> Post | None:
        """The post, in the same delegation, of the person who takes over; None for a new person."""
        return self.other_post_by_public_id.get(self.cleaned_data["successor"])


class NewcomerForm(forms.Form):
    """The name, language and time zone of a person who has no account yet."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=150,
        help_text=gettext_lazy("As your colleagues see it. Other delegations do not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the pages and mails"), choices=LANGUAGES
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"),
        help_text=gettext_lazy("Deadlines are shown in the consultation’s time and in yours."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone_field, language_field = self.fields["time_zone"], self.fields["language"]
        zone_field.choices = time_zone_choices()  # type: ignore[attr-defined]
        zone_field.initial = "America/New_York"
        zone_field.widget.attrs["data-own-zone"] = ""  # `zone.js` sets the zone of the browser
        language_field.initial = (get_language() or "en")[:2]  # an account says zh, not zh-hans

    @property
    def account_details(self) -> NewAccountDetails:
        return NewAccountDetails(**self.cleaned_data)


class FunctionForm(forms.Form):
    """An invitation to lead or serve the consultation."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Function"),
        choices=FUNCTION_LABELS.items(),
        widget=forms.RadioSelect,
        initial=FacilitationRole.CO_FACILITATOR,
    )
    delegation = forms.ModelChoiceField(
        label=capfirst(gettext_lazy("delegation they come from")),
        queryset=Delegation.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, initial="en")

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        delegation_field = self.fields["delegation"]
        delegation_field.queryset = Delegation.objects.filter(  # type: ignore[attr-defined]
            pk__in=current_seats.values("delegation")
        ).exclude(kind="group")
