"""Inputs with their answers, as `comment_payload` needs them."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from comments.models import Comment
from comments.threads.threads import with_answers
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import MOMENT, placeholder_reader
from delegations.kept_statements import KeptStatement, ids_as_array, is_in_id_array

# An array, not `__in`: that would have as many parameters as ids, so that no statement could be
# kept. `= ANY`, not `ids_in_array`: PostgreSQL would join that table of ids after all other tables.
IS_AMONG_IDS = is_in_id_array("pk", "comment_ids")


def read_comments(access: Access) -> QuerySet[Comment]:
    """The comments that this capacity may read, with their answers: one query for any number."""
    return with_public_ids(with_answers(access, Comment.objects.visible_to(access)))


def with_public_ids(comments: Any) -> QuerySet[Comment]:
    """Comments with the public ids of the rows they refer to, for `comment_payload`."""
    comments_with_public_ids: QuerySet[Comment] = comments.annotate(
        move_after_public_id=F("move_after__public_id"),
        supersedes_public_id=F("supersedes__public_id"),
        receipt_public_id=F("receipt__public_id"),
        superseded_by_public_id=F("successor__public_id"),
    )
    return comments_with_public_ids


def comments_by_id(access: Access, comment_ids: Iterable[int]) -> dict[int, Any]:
    """As `read_comments`, for ids just found among the comments `visible_to` the reader.

    Whether the reader may see them is not checked again.
    """
    comments = STATEMENT_BY_READS_ALL[access.reads_all].run(
        comment_ids=ids_as_array(comment_ids), moment=access.moment
    )
    return {comment.pk: comment for comment in comments}


def _comments_with_answers(reads_all: bool) -> QuerySet[Comment]:
    """The comments of these ids with their answers, as a statement that is run again and again.

    Of a reader the answers depend on `reads_all` alone: the comments were found `visible_to` them.
    """
    reader = placeholder_reader(reads_all=reads_all, moment=MOMENT)
    return with_public_ids(with_answers(reader, Comment.objects.filter(IS_AMONG_IDS)))


# Django compiles each once in a process, which takes longer than to run it: one for those who read
# all inputs (facilitators, the secretariat), one for everybody else.
STATEMENT_BY_READS_ALL = {
    reads_all: KeptStatement(partial(_comments_with_answers, reads_all))
    for reads_all in (False, True)
}
