"""The writes on like proposals: put together or taken apart by hand, and the decisive words.

The platform gathers proposals with like words into sets, which can be answered as one. Proposals
that differ in a decisive word, as in shall / should, are kept apart.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.models import Comment, DecisiveList, SetChoice
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.words.decisive import read_decisive_words


@transaction.atomic
def put_together(*, access: Access, comments: Sequence[Comment]) -> list[SetChoice]:
    """Put inputs into the set of the first of them. Needs `paragraph__draft` of each.

    If the first was set on its own, it no longer is. Raises ValidationError for fewer than two.
    """
    if len(comments) < 2:
        raise ValidationError(_("Choose at least two inputs."))
    first_comment, *other_comments = comments
    choice_by_comment_id = _choices_of(access, comments)
    root_comment = _root_of(first_comment, choice_by_comment_id)
    choice_of_first = choice_by_comment_id[first_comment.pk]
    if choice_of_first.where == SetChoice.Where.ALONE:
        _write_choice(access, choice_of_first, SetChoice.Where.BY_WORDS)
    return [
        _write_choice(
            access, choice_by_comment_id[comment.pk], SetChoice.Where.BESIDE, root_comment
        )
        for comment in other_comments
        if comment.pk != root_comment.pk  # which cannot be beside itself
    ]


@transaction.atomic
def take_apart(*, access: Access, comments: Sequence[Comment]) -> list[SetChoice]:
    """Set each of these inputs on its own, whatever set it was in."""
    return _write_choices(access, comments, SetChoice.Where.ALONE)


@transaction.atomic
def gather_by_words(*, access: Access, comments: Sequence[Comment]) -> list[SetChoice]:
    """Undo what was set by hand for these inputs."""
    return _write_choices(access, comments, SetChoice.Where.BY_WORDS)


@transaction.atomic
def set_decisive_words(*, access: Access, language: str, words: str) -> DecisiveList:
    """Set the decisive words of a language, a line for each choice, such as "shall / should".

    Without any, the product's own list counts. Raises ValidationError, quoting the first line that
    cannot be read.
    """
    access.require(Act.SET_DECISIVE_WORDS, on=access.consultation)
    try:
        read_decisive_words(words)  # only to check them
    except ValueError as error:
        raise ValidationError(
            {"words": _("Not a choice between words: “%(line)s”.") % {"line": error}}
        ) from error
    lists = DecisiveList.objects.select_for_update().filter(consultation=access.consultation)
    decisive_list = lists.filter(language=language).first() or DecisiveList(
        consultation=access.consultation, language=language
    )
    decisive_list.words = words.strip()
    return write(decisive_list, by=access)


def _write_choices(access: Access, comments: Sequence[Comment], where: str) -> list[SetChoice]:
    """Write the same choice for each of these inputs; ValidationError if there are none."""
    if not comments:
        raise ValidationError(_("Choose at least one input."))
    choice_by_comment_id = _choices_of(access, comments)
    return [_write_choice(access, choice_by_comment_id[comment.pk], where) for comment in comments]


def _choices_of(access: Access, comments: Sequence[Comment]) -> dict[int, SetChoice]:
    """The choice for each input, by its id: the stored one or a new one. Locks the inputs."""
    for comment in comments:
        access.require(Act.GATHER_INPUTS, on=comment)
    comment_ids = sorted(comment.pk for comment in comments)
    # Read for its locks alone.
    list(Comment.objects.select_for_update().filter(pk__in=comment_ids).order_by("pk").values("pk"))
    choices = SetChoice.objects.filter(comment__in=comment_ids).select_related("beside")
    stored_choice_by_comment_id = {choice.comment_id: choice for choice in choices}
    return {
        comment.pk: stored_choice_by_comment_id.get(comment.pk) or SetChoice(comment=comment)
        for comment in comments
    }


def _root_of(first_comment: Comment, choice_by_comment_id: dict[int, SetChoice]) -> Comment:
    """The input beside which the first was put itself, else the first: no chains are made."""
    choice = choice_by_comment_id[first_comment.pk]
    return choice.beside or first_comment


def _write_choice(
    access: Access, choice: SetChoice, where: str, beside: Comment | None = None
) -> SetChoice:
    choice.where, choice.beside, choice.chosen_at = where, beside, access.moment
    return write(choice, by=access)
