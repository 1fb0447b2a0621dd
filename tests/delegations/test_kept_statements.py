"""A prepared statement gives the same rows as its queryset, for every reader."""

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Q, UUIDField
from django.test.utils import CaptureQueriesContext

from delegations.kept_statements import (
    IdPlaceholders,
    KeptStatement,
    ValuePlaceholder,
    ids_as_array,
    ids_in_array,
    is_in_id_array,
)
from delegations.models import Post
from tests.room import Room

pytestmark = pytest.mark.every_server

OF_A_PERSON: KeptStatement[Post] = KeptStatement(
    lambda: (
        Post.objects.filter(user=ValuePlaceholder("user", BigIntegerField()))
        .select_related("delegation")
        .order_by("pk")
    )
)


def test_each_asking_gets_the_rows_of_its_own_values(room: Room) -> None:
    for person in ("FRA focal_point", "CPV contributor", "FRA focal_point"):
        user = room.users[person]
        expected = list(Post.objects.filter(user=user).order_by("pk"))
        found = OF_A_PERSON.run(user=user.pk)
        assert found == expected != []
        with CaptureQueriesContext(connection) as asked:
            assert [post.delegation.pk for post in found] == [p.delegation_id for p in expected]
        assert len(asked) == 0, "the delegation came with the post"


def test_it_is_one_query_and_written_once(room: Room) -> None:
    written = []

    def build() -> "object":
        written.append(1)
        return Post.objects.filter(user=ValuePlaceholder("user", BigIntegerField()))

    kept: KeptStatement[Post] = KeptStatement(build)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as asked:
        for person in ("FRA focal_point", "CPV contributor"):
            kept.run(user=room.users[person].pk)
    assert (len(asked), len(written)) == (2, 1)


def test_a_place_without_a_value_is_refused(room: Room) -> None:
    with pytest.raises(KeyError, match="user"):
        OF_A_PERSON.run(person=room.users["FRA focal_point"].pk)


def test_a_value_is_never_part_of_the_statement(room: Room) -> None:
    user = room.users["FRA focal_point"]
    kept: KeptStatement[Post] = KeptStatement(
        lambda: Post.objects.filter(public_id=ValuePlaceholder("id", UUIDField()))
    )
    post = Post.objects.filter(user=user)[0]
    assert kept.run(id=post.public_id) == [post]
    assert kept.run(id="00000000-0000-4000-8000-000000000000") == []


def test_several_keys_go_to_their_places_and_a_list_of_any_length_to_one(room: Room) -> None:
    users = [room.users[who].pk for who in ("FRA focal_point", "CPV contributor")]
    two: KeptStatement[Post] = KeptStatement(
        lambda: Post.objects.filter(user__in=IdPlaceholders("users", 2)).order_by("pk")
    )
    expected = list(Post.objects.filter(user__in=users).order_by("pk"))
    assert two.run(users=users) == expected != []
    none: KeptStatement[Post] = KeptStatement(
        lambda: Post.objects.filter(
            Q(user__in=IdPlaceholders("users", 0)) | Q(pk=ValuePlaceholder("pk", BigIntegerField()))
        )
    )
    assert none.run(users=(), pk=expected[0].pk) == expected[:1]

    listed: KeptStatement[Post] = KeptStatement(
        lambda: Post.objects.filter(is_in_id_array("user", "users")).order_by("pk")
    )
    assert listed.run(users=ids_as_array(users)) == expected
    assert listed.run(users=ids_as_array(users[:1])) == [
        p for p in expected if p.user_id == users[0]
    ]
    assert listed.run(users=ids_as_array([])) == []


def test_keys_are_given_with_each_asking_however_many(room: Room) -> None:
    kept: KeptStatement[Post] = KeptStatement(
        lambda: Post.objects.filter(pk__in=ids_in_array("posts")).order_by("pk")
    )
    every = list(Post.objects.order_by("pk"))
    for wanted in (every, every[:1], []):
        assert kept.run(posts=f"{{{','.join(str(post.pk) for post in wanted)}}}") == wanted
