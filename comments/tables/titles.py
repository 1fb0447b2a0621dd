"""The title of a table, composed from its stages and what its reader may see."""

from collections.abc import Sequence

from django.utils.translation import get_language, gettext


def table_title(stages: Sequence[str]) -> str:
    """The title of a table of inputs on these stages, in the style of the United Nations.

    Of one stage "Table of Inputs on First Draft"; of two "… on First and Second Drafts"; of three
    "… on First, Second and Third Drafts". Stages that share no last word stand in full.
    """
    return gettext("Table of Inputs on %(stages)s") % {"stages": join_stages(stages)}


def own_inputs_title(stages: Sequence[str], name: str) -> str:
    """The title where a reader sees only the inputs of their own delegation, with this name."""
    values = {"name": name, "stages": join_stages(stages)}
    return gettext("Own inputs of %(name)s on %(stages)s") % values


def join_stages(stages: Sequence[str]) -> str:
    """The stages as a list: "First and Second Drafts", "Second Draft and Rev.1"."""
    if (get_language() or "en").partition("-")[0] != "en":
        return join_with_and(list(dict.fromkeys(stages)))
    titles = list(dict.fromkeys(_in_title_case(stage) for stage in stages))
    # What stands before the last space of each title, and the word behind it: "Draft" gets an "s"
    # where all titles share it, and "Rev.1" never, since it is no plain word.
    beginnings, last_words = zip(*(title.rpartition(" ")[::2] for title in titles), strict=True)
    shares_last_word = len(set(last_words)) == 1 and last_words[0].isalpha()
    if len(titles) > 1 and shares_last_word and all(beginnings):
        return f"{join_with_and(beginnings)} {last_words[0]}s"
    return join_with_and(titles)


def join_with_and(names: Sequence[str]) -> str:
    """The names as a list, with commas and, before the last, "and". At least one is needed."""
    *earlier_names, last_name = names
    if not earlier_names:
        return last_name
    # Translators: between the items of a list, and before its last item.
    return gettext(", ").join(earlier_names) + gettext(" and ") + last_name


# English words that keep a small letter in a title.
SMALL_WORDS = frozenset({"a", "an", "and", "for", "of", "on", "the", "to"})


def _in_title_case(stage: str) -> str:
    """First letters as capitals, all else as given: "Call for Inputs", "Rev.1"."""
    first_word, *later_words = stage.split() or [stage]  # an empty stage has no words
    return " ".join(
        [
            _capitalized(first_word),
            *(word if word in SMALL_WORDS else _capitalized(word) for word in later_words),
        ]
    )


def _capitalized(word: str) -> str:
    return word[:1].upper() + word[1:]
