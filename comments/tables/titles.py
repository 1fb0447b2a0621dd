"""The title of a table, composed from its stages and what its reader may see."""

from collections.abc import Sequence

from django.utils.translation import get_language, gettext


def table_title(stages: Sequence[str]) -> str:
    """The title of a table of inputs on these stages, in the style of the United Nations.

    One "Table of Inputs on First Draft"; two "… on First and Second Drafts"; three or more
    "… on First, Second and Third Drafts". Stages that share no last word stand in full.
    """
    return gettext("Table of Inputs on %(stages)s") % {"stages": named_stages(stages)}


def own_title_of(stages: Sequence[str], name: str) -> str:
    """The title where a reader gets only the inputs of the own delegation."""
    words = {"name": name, "stages": named_stages(stages)}
    return gettext("Own inputs of %(name)s on %(stages)s") % words


def named_stages(stages: Sequence[str]) -> str:
    """The stages as a list: "First and Second Drafts", "Second Draft and Rev.1"."""
    if (get_language() or "en").partition("-")[0] != "en":
        return name_list(list(dict.fromkeys(stages)))
    titles = list(dict.fromkeys(_in_title_case(stage) for stage in stages))
    firsts, lasts = zip(*(title.rpartition(" ")[::2] for title in titles), strict=True)
    if len(titles) > 1 and len(set(lasts)) == 1 and all(firsts) and lasts[0].isalpha():
        return f"{name_list(firsts)} {lasts[0]}s"
    return name_list(titles)


def name_list(words: Sequence[str]) -> str:
    """Words with commas and, before the last, "and"."""
    *others, last = words
    if not others:
        return last
    # Translators: between the items of a list, and before its last item.
    return gettext(", ").join(others) + gettext(" and ") + last


SMALL_WORDS = frozenset({"a", "an", "and", "for", "of", "on", "the", "to"})


def _in_title_case(stage: str) -> str:
    """First letters as capitals, all else as given: "Call for Inputs", "Rev.1"."""
    first, *others = stage.split() or [stage]
    return " ".join(
        [_capital(first), *(word if word in SMALL_WORDS else _capital(word) for word in others)]
    )


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
