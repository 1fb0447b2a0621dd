"""The colleagues whom a note names: chosen in its form, or typed as "@name"."""

import re
from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from delegations.models import Post, User

# An @ that begins a word, not the one inside an address.
AT_SIGN = re.compile(r"(?<![\w.])@(?=\w)")


def users_named_by_at_sign(text: str, posts: Sequence[Post]) -> list[User]:
    """The people among the holders of these posts whom a text names with an @, in its order.

    "@Ana Silva" and "@ana" both name Ana Silva, whatever the case; the longest name that fits
    counts. What names nobody is left alone. Raises ValidationError where a name fits several.
    """
    people_by_name = _people_by_name(posts)
    user_by_id: dict[int, User] = {}
    for at_sign in AT_SIGN.finditer(text):
        words_after_sign = text[at_sign.end() :]
        name = next((name for name in people_by_name if _begins_with(words_after_sign, name)), None)
        if name is None:
            continue
        people = people_by_name[name]
        if len(people) > 1:
            sentence_values = {
                "name": words_after_sign[: len(name)],
                "people": _(", ").join(person.name for person in people),
            }
            raise ValidationError(
                {
                    "text": _("@%(name)s could be several people: %(people)s. Choose below.")
                    % sentence_values
                }
            )
        user_by_id[people[0].pk] = people[0]
    return list(user_by_id.values())


def post_holders_with_public_ids(public_ids: Collection[str], posts: Sequence[Post]) -> list[User]:
    """The holders of these posts by public id; ValidationError for anybody else."""
    user_by_public_id = {str(post.user.public_id): post.user for post in posts}
    if set(public_ids) - user_by_public_id.keys():
        raise ValidationError({"named": _("Choose colleagues of your delegation.")})
    return [user_by_public_id[public_id] for public_id in public_ids]


def _people_by_name(posts: Sequence[Post]) -> dict[str, list[User]]:
    """People by what they may be called, longest first: whole names, and each word of them."""
    people_by_name: dict[str, list[User]] = {}
    for user in {post.user_id: post.user for post in posts}.values():
        whole_name = user.name.casefold()
        for name in {whole_name, *whole_name.split()}:
            people_by_name.setdefault(name, []).append(user)
    return {
        name: people_by_name[name]
        for name in sorted(people_by_name, key=lambda name: (-len(name), name))
    }


def _begins_with(words_after_sign: str, name: str) -> bool:
    """Whether the words after an @ begin with a name, and not with a longer word.

    `name` is in lower case, as `_people_by_name` has it. An empty name would fit any words.
    """
    return bool(name) and bool(re.match(rf"{re.escape(name)}(?!\w)", words_after_sign.casefold()))
