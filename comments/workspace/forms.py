"""Forms of the workspace: notes, drafts given or sent back, its filter, two drafts compared."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.fields import VerbatimCharField
from comments.models import Comment, CommentType
from comments.workspace.queries import UNACKNOWLEDGED, WorkspaceList, WorkspaceQuery, WorkState
from delegations.models import Post, PostRole, User

# Which paragraphs are listed: those with own comments, or all of the text.
PARAGRAPH_CHOICES = [
    ("", gettext_lazy("we wrote on")),
    ("all", gettext_lazy("all")),
]


class NoteForm(forms.Form):
    """An internal note on a comment."""

    text = VerbatimCharField(
        label=gettext_lazy("Note"),
        required=True,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write your note.")},
    )
    named = forms.MultipleChoiceField(
        label=gettext_lazy("Colleagues to tell"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, posts: Sequence[Post], reader: User) -> None:
        super().__init__(data)
        colleague_by_user_id = {
            post.user_id: post.user for post in posts if post.user_id != reader.pk
        }
        self.fields["named"].choices = [  # type: ignore[attr-defined]
            (str(user.public_id), user.name) for user in colleague_by_user_id.values()
        ]
        if not colleague_by_user_id:
            del self.fields["named"]


class GiveDraftForm(forms.Form):
    """To whom a draft is given: a colleague, or the author, who gets it back."""

    to = forms.ChoiceField(
        label=gettext_lazy("Colleague"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a colleague of your delegation.")},
    )

    def __init__(self, data: Any, *, comment: Comment, posts: Sequence[Post]) -> None:
        super().__init__(data)
        self.person_by_public_id = {
            str(post.user.public_id): post.user
            for post in posts
            if post.user_id != comment.holder_id
        }
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (person_public_id, _colleague_label(post, comment))
            for post in posts
            if (person_public_id := str(post.user.public_id)) in self.person_by_public_id
        ]

    def chosen_colleague(self) -> User:
        """The person that a valid form names."""
        return self.person_by_public_id[self.cleaned_data["to"]]


def _colleague_label(post: Post, comment: Comment) -> str:
    values = {"name": post.user.name, "role": PostRole(post.role).label}
    if post.user_id == comment.author_id:
        return _("%(name)s, %(role)s: back to its author") % values
    return _("%(name)s, %(role)s") % values


class ReturnSeveralForm(forms.Form):
    """Why several drafts go back to their drafters; stays inside the delegation."""

    reason = VerbatimCharField(
        label=gettext_lazy("Reason"),
        required=True,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Give a reason. The drafters can read it.")},
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class WorkspaceFilterForm(forms.Form):
    """The filter of the workspace; the address of the page carries all of it."""

    show = forms.ChoiceField(
        label=gettext_lazy("Paragraphs"), required=False, choices=PARAGRAPH_CHOICES
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Part of the text"), required=False)
    author = forms.ChoiceField(label=gettext_lazy("Drafted by, or given to"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    round = forms.ChoiceField(label=gettext_lazy("Round"), required=False)

    def set_choices(self, workspace: WorkspaceList) -> None:
        """Fill the choices with what there is.

        A field without alternatives is left out, unless the address filters by it.
        """
        named_states = [*WorkState.choices, (UNACKNOWLEDGED, _("answered by the facilitators"))]
        counted_states = [
            (state, label, workspace.count_by_state[state]) for state, label in named_states
        ]
        choices_by_name = {
            "state": [
                (state, f"{label} ({count})") for state, label, count in counted_states if count
            ],
            "section": workspace.section_choices,
            "author": workspace.holder_choices,
            "type": CommentType.choices,
            "round": workspace.round_choices,
        }
        for name, choices in choices_by_name.items():
            self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]
            if len(choices) < 2 and not self.data.get(name):
                del self.fields[name]


def workspace_query(params: Mapping[str, Any]) -> WorkspaceQuery:
    """The query in the parameters of the address; a value that does not exist finds nothing."""
    return WorkspaceQuery(
        state=params.get("state", ""),
        section=params.get("section", ""),
        holder=params.get("author", ""),
        type=params.get("type", ""),
        round=params.get("round", ""),
        with_empty=params.get("show") == "all",
    )


class ComparedDraftsForm(forms.Form):
    """The choice of two drafts, where there are more."""

    first = forms.ChoiceField(label=gettext_lazy("This draft"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("beside this one"), required=False)

    def __init__(self, data: dict[str, str], *, draft_choices: Sequence[tuple[str, str]]) -> None:
        """`draft_choices`: the public id and the title of each draft."""
        super().__init__(data)
        for field in self.fields.values():
            field.choices = draft_choices  # type: ignore[attr-defined]
