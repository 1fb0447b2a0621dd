"""The filters of the API's list of inputs."""

import django_filters
from django.db.models import QuerySet

from comments.models import (
    UNANSWERED,
    Comment,
    CommentKind,
    CommentState,
    CommentType,
    Disposition,
    Review,
)
from comments.threads.states import CONDITIONS_BY_STATE
from consultations.rules.access import Access


class CommentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters on the inputs that the reader may see; all that are given must hold."""

    draft = django_filters.CharFilter(
        "wording__revision__draft__slug", help_text="The web address of a text."
    )
    revision = django_filters.UUIDFilter("wording__revision__public_id")
    wording = django_filters.UUIDFilter("wording__public_id")
    paragraph = django_filters.UUIDFilter(
        "paragraph__public_id", help_text="One paragraph through all revisions."
    )
    round = django_filters.UUIDFilter("round__public_id")
    delegation = django_filters.CharFilter(
        "seat__code", "iexact", help_text="The code of the delegation or group: PRT."
    )
    kind = django_filters.ChoiceFilter(choices=CommentKind.choices)
    type = django_filters.ChoiceFilter(choices=CommentType.choices)
    state = django_filters.ChoiceFilter(
        # All states but that of discarded drafts, which nobody sees.
        choices=[
            (state, name) for state, name in CommentState.choices if state in CONDITIONS_BY_STATE
        ],
        method="filter_by_state",
    )
    disposition = django_filters.ChoiceFilter(
        choices=[*Disposition.choices, (UNANSWERED, "without an answer")],
        method="filter_by_disposition",
        help_text="What became of it: the last answer that the reader may see, or no answer.",
    )
    mine = django_filters.BooleanFilter(
        method="filter_by_own_record",
        help_text="Filed by the own delegation, or of a group that it coordinates today; or not.",
    )

    def filter_by_state(
        self, comments: QuerySet[Comment], _name: str, state: str
    ) -> QuerySet[Comment]:
        return comments.filter(**CONDITIONS_BY_STATE[state])

    def filter_by_disposition(
        self, comments: QuerySet[Comment], _name: str, disposition: str
    ) -> QuerySet[Comment]:
        access: Access = self.request.parser_context["view"].access
        return comments.filter(Review.objects.visible_to(access).disposition_filter(disposition))

    def filter_by_own_record(
        self, comments: QuerySet[Comment], _name: str, is_own: bool
    ) -> QuerySet[Comment]:
        access: Access = self.request.parser_context["view"].access
        if access.seat is None:  # who leads or serves has no own record
            return comments.none() if is_own else comments
        is_on_own_record = access.own_record_filter()
        return comments.filter(is_on_own_record) if is_own else comments.exclude(is_on_own_record)
