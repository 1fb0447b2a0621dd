"""Search words: stemmed by the database in six languages, marked, shortened, corrected."""

import pytest
from django.db import connection

from drafts.words.text_search import (
    FOUND_END,
    FOUND_START,
    excerpt,
    marked_pieces,
    nearest_word,
    without_accents,
    words_to_check,
)

pytestmark = pytest.mark.every_server

# Language, words of a text, what is asked, and whether it is found.
FOUND_OR_NOT = [
    ("en", "Trafficking in persons, especially women", "woman", False),
    ("en", "Trafficking in persons, especially women", "person", True),
    ("en", "Trafficking in persons, especially women", '"persons trafficking"', False),
    ("en", "Trafficking in persons, especially women", '"trafficking in persons"', True),
    ("en", "Trafficking in persons, especially women", "persons -women", False),
    ("en", "Trafficking in persons, especially women", "men or persons", True),
    ("en", "Trafficking in persons, especially women", "the", False),
    ("fr", "Les écoles et les universités", "ecole", True),
    ("fr", "Les écoles et les universités", "ÉCOLES", True),
    ("fr", "La prévention de la traite", "prevention", True),
    ("es", "La niñez y los derechos humanos", "derecho", True),
    ("es", "La niñez y los derechos humanos", "ninez", True),
    ("ru", "Борьба с торговлей людьми", "торговля", True),
    ("ru", "Борьба с торговлей людьми", "Право", False),
    ("ar", "الاتجار بالأشخاص", "أشخاص", True),
    ("ar", "مكافحة الاتجار", "اتجار", True),
    ("ar", "حقوق الإنسان", "الانسان", True),
    ("zh", "打击人口贩运全球行动计划", "人口贩运", True),
    ("zh", "打击人口贩运全球行动计划", "贩运", True),
    ("zh", "打击人口贩运全球行动计划", "划", True),
    ("zh", "打击人口贩运全球行动计划", "贩人", False),
    ("zh", "打击人口贩运全球行动计划", "全球 人口", True),
    ("zh", "打击人口贩运全球行动计划（2010年）", "2010", True),
    ("en", "The Chinese text reads 人口贩运", "贩运", True),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text", "asked", "is_found"), FOUND_OR_NOT)
def test_words_are_found_in_the_language_of_their_text(
    language: str, text: str, asked: str, is_found: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words_of(%s, %s) @@ words_asked(%s)", [language, text, asked])
        assert cursor.fetchone() == (is_found,)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", " ", "'", '"', "((", "& | !", "a:*b", "\\", "人'口\""])
def test_no_question_breaks_the_search(asked: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words_of('en', 'To act') @@ words_asked(%s)", [asked])
        assert cursor.fetchone() == (False,)


def _marked(language: str, text: str, asked: str) -> list[tuple[bool, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words_marked(%s, %s, %s)", [language, text, asked])
        [marked] = cursor.fetchone()
    return list(marked_pieces(marked, asked))


@pytest.mark.django_db
def test_what_is_found_is_marked_and_no_sign_of_the_text_is_lost() -> None:
    text = "To <combat> trafficking & “exploitation”, a < b;\n\n[persons]  [et al.]"

    pieces = _marked("en", text, "combating persons")

    assert "".join(words for _is_found, words in pieces) == text
    assert [words for is_found, words in pieces if is_found] == ["combat", "persons"]


@pytest.mark.django_db
def test_chinese_is_marked_by_its_characters() -> None:
    assert _marked("zh", "打击人口贩运 GPA 行动", "贩运 gpa") == [
        (False, "打击人口"),
        (True, "贩运"),
        (False, " "),
        (True, "GPA"),
        (False, " 行动"),
    ]


def test_a_short_text_is_shown_whole() -> None:
    pieces = marked_pieces(f"To {FOUND_START}act{FOUND_END}.", "act")

    assert excerpt(pieces) == ((False, "To "), (True, "act"), (False, "."))


def test_an_excerpt_of_a_long_text_stands_around_the_first_found_word() -> None:
    text = "before " * 100 + f"{FOUND_START}here{FOUND_END}" + " after" * 100

    cut = excerpt(marked_pieces(text, "here"), max_length=60)

    assert cut == (
        (False, "… "),
        (False, "before " * 3),
        (True, "here"),
        (False, " after" * 5 + " "),
        (False, " …"),
    )


@pytest.mark.parametrize("opening", ["Nevertheless ", "Nevertheless we, "])
def test_an_excerpt_that_begins_near_the_start_begins_with_a_whole_word(opening: str) -> None:
    text = opening + f"{FOUND_START}here{FOUND_END}" + " after" * 100

    cut = excerpt(marked_pieces(text, "here"), max_length=40)

    assert cut[:2] == ((False, opening), (True, "here"))


def test_an_excerpt_where_nothing_is_marked_is_the_beginning() -> None:
    cut = excerpt(((False, "word " * 100),), max_length=50)

    assert cut == ((False, "word " * 10), (False, " …"))


@pytest.mark.parametrize(
    ("word", "among", "meant"),
    [
        ("traffiking", ["trafficking", "traffic", "training"], "trafficking"),
        ("vicitms", ["victims", "visits"], "victims"),
        ("Protction", ["protection", "production"], "protection"),
        ("ecole", ["école"], ""),
        ("persons", ["persons", "parsons"], ""),
        ("migrantt", ["migrant", "migration"], "migrant"),
        ("sustainble", ["sustain", "sustainable"], "sustainable"),
        ("traficking", ["trafic", "traffic", "trafficking"], "trafficking"),
        ("trafficki", ["trafficking"], "trafficking"),
        ("人口贩远", ["打击人口贩运全球行动计划", "人权理事会"], "人口贩运"),
        ("人口贩运", ["打击人口贩运全球行动计划", "人口贩子"], ""),
        ("展议程", ["2030年可持续发展议程", "展望程序", "开展工程"], ""),
        ("展议成", ["2030年可持续发展议程", "开展工程"], "展议程"),
        ("国的组织", ["世上的组织", "国际组织", "区域和国际组织"], "国际组织"),
        ("zymurgy", ["persons"], ""),
        ("женщены", ["женщины", "мужчины"], "женщины"),
    ],
)
def test_the_nearest_spelling_is_found(word: str, among: list[str], meant: str) -> None:
    assert nearest_word(word, among, {}) == meant


def test_a_word_that_occurs_with_another_ending_is_not_put_right() -> None:
    stems = {"alembics": ["@en alemb"], "alembic": ["@en alemb"], "alembicc": ["@en alembicc"]}
    assert nearest_word("alembics", ["alembic"], stems) == ""
    assert nearest_word("alembicc", ["alembic"], stems) == "alembic"


def test_a_slip_with_the_stem_of_what_was_meant_is_put_right() -> None:
    stems = {"awarness": ["@en awar"], "awareness": ["@en awar"]}
    assert nearest_word("awarness", ["awareness"], stems) == "awareness"


def test_words_that_are_not_to_occur_are_not_put_right() -> None:
    assert words_to_check('"traffiking in" persons -womem 2010 or') == ["traffiking", "persons"]
    assert words_to_check('persns -"humn traficking" -"or so') == ["persns"]


def test_a_bare_word_has_no_accents() -> None:
    assert without_accents("Élèves") == "eleves"
