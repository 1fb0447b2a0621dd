"""The colleagues whom a note names: chosen in its form, or typed as "@name"."""

import re
from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from delegations.models import Post, User

# An @ that begins a word, not the one inside an address.
AT_SIGN = re.compile(r"(?<![\w.])@(?=\w)")


def named_in(text: str, posts: Sequence[Post]) -> list[User]:
    """The people among the holders of these posts whom a text names with an @, in its order.

    "@Ana Silva" and "@ana" both name Ana Silva, whatever the case; the longest name that fits
    counts. What names nobody is left alone. Raises ValidationError where a name fits several.
    """
    people_by_name = _people_by_name(posts)
    users: dict[int, User] = {}
    for sign in AT_SIGN.finditer(text):
        rest = text[sign.end() :]
        name = next((name for name in people_by_name if _begins_with(rest, name)), None)
        if name is None:
            continue
        people = people_by_name[name]
        if len(people) > 1:
            words = {"name": rest[: len(name)], "people": _(", ").join(u.name for u in people)}
            raise ValidationError(
                {"text": _("@%(name)s could be several people: %(people)s. Choose below.") % words}
            )
        users |= {user.pk: user for user in people}
    return list(users.values())


def chosen_among(ids: Collection[str], posts: Sequence[Post]) -> list[User]:
    """The holders of these posts by public id; ValidationError for anybody else."""
    people = {str(post.user.public_id): post.user for post in posts}
    if set(ids) - people.keys():
        raise ValidationError({"named": _("Choose colleagues of your delegation.")})
    return [people[id] for id in ids]


def _people_by_name(posts: Sequence[Post]) -> dict[str, list[User]]:
    """People by what they may be called, longest first: whole names, and each word of them."""
    names: dict[str, list[User]] = {}
    for user in {post.user_id: post.user for post in posts}.values():
        whole = user.name.casefold()
        for name in {whole, *whole.split()}:
            names.setdefault(name, []).append(user)
    return {name: names[name] for name in sorted(names, key=lambda name: (-len(name), name))}


def _begins_with(rest: str, name: str) -> bool:
    """Whether the words after an @ begin with a name, and not with a longer word."""
    return bool(name) and bool(re.match(rf"{re.escape(name)}(?!\w)", rest.casefold()))
