"""The invented sentences of the large consultation, in English and in other scripts."""

from random import Random

_WORDS = (
    "States measures victims persons trafficking protection assistance prevention prosecution "
    "cooperation national regional international training officials awareness children women "
    "rights effective appropriate strengthen encourage promote support ensure develop implement "
    "review partnership civil society private sector data research exchange information capacity "
    "building border control legal framework judicial services rehabilitation shelter access "
    "justice remedies compensation supply demand vulnerable migration labour education health "
    "programmes resources voluntary fund evaluation report annually General Assembly and of the "
    "to in for with by on through as including taking account within their relevant all"
)
VOCABULARY = _WORDS.split()
# The language and a sentence, for the inputs in another script than Latin.
OTHER_SCRIPTS = (
    ("ar", "نقترح إضافة إشارة إلى المساعدة التقنية وبناء القدرات في البلدان النامية. "),
    ("zh", "我们建议增加关于技术援助和发展中国家能力建设的内容，并提及自愿供资。"),
)


def invented_sentence(random: Random, word_count: int) -> str:
    """A sentence of so many words; the same ones for a generator with the same seed."""
    chosen_words = random.choices(VOCABULARY, k=word_count)
    return f"{' '.join(chosen_words).capitalize()}."
