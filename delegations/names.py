"""How names of delegations are ordered: a key that is stored, never the database's collation."""

import re
import unicodedata

# Latin letters, and the plain ones that stand for them in a key.
REPLACED_LETTERS = str.maketrans(
    {"Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Þ": "TH", "İ": "I", "ẞ": "SS"}
)
APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
OTHER_SIGNS = re.compile(r"[^A-Z0-9 ]+")


def sort_key(name: str) -> str:
    """The key under which an English name stands in every list: "COTE DIVOIRE".

    The rule: capital letters; accents folded; an apostrophe dropped, so that d'Ivoire is one word;
    every other sign read as a space, so that Guinea comes before Guinea-Bissau; the article "the"
    left out wherever it stands; one space between words. Words keep their order: Republic of
    Korea stands under R, Iran (Islamic Republic of) under I. Keys are plain ASCII and are compared
    character by character (collation "C").
    """
    # NFKD takes accented letters apart: É becomes E and a combining accent.
    letters = unicodedata.normalize("NFKD", name.upper().translate(REPLACED_LETTERS))
    without_accents = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = OTHER_SIGNS.sub(" ", APOSTROPHES.sub("", without_accents)).split()
    return " ".join(word for word in words if word != "THE")
