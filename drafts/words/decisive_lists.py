"""Default decisive words by language; a secretariat can replace a list.

Two proposals that differ in a decisive word do not ask for the same, however alike they are. Each
line is a choice between words: "shall / should / may"; the dash in "shall / –" stands for no word
at all. `decisive.py` reads the lists. The words are those that drafting manuals of the United
Nations distinguish: how binding a verb is, who is named, what limits a duty, what is denied.
"""

from typing import Final

DEFAULT_DECISIVE_WORDS: Final[dict[str, str]] = {
    "en": """\
shall / should / may / must / will / can / could / –
and / or / and/or
not, do not, does not, cannot, don't / –
no / none / –
never / –
neither / nor / –
without / with
unless / if / –
except, excluding / including, include, includes / –
urge, urges, urging / encourage, encourages, encouraging / invite, invites, inviting / \
request, requests, requesting / call upon, calls upon, calling upon / demand, demands / \
recommend, recommends / –
decide, decides / agree, agrees / consider, considers / –
welcome, welcomes, welcoming / note, notes, noting / take note of, takes note of, taking note of / \
recall, recalls, recalling / endorse, endorses / reaffirm, reaffirms, reaffirming / –
condemn, condemns, condemning / deplore, deplores / –
ensure, ensures / promote, promotes / strive, endeavour, seek / –
women / women and girls / –
girls / –
children / boys and girls / –
territory / territories / the territories / –
people / peoples / the people / the peoples / –
all / any / some / certain / most / –
victims / survivors / victims and survivors / –
trafficking / smuggling / –
migrants / refugees / –
sex / gender / –
national / international / regional / –
legal, lawful / illegal, unlawful, irregular / –
voluntary / mandatory, binding, compulsory / –
before / after
two / three / four / five / six / seven / eight / nine / ten / eleven / \
twelve / fifteen / twenty / –
first / second / third / –
biennial / annual / –
only / at least / at most / –
as appropriate / –
where applicable / –
where appropriate / –
where possible / –
as necessary / –
as far as possible / –
if requested, upon request / –
on a voluntary basis / –
subject to national law / in accordance with national law / consistent with national law / –
in accordance with international law / consistent with international law / –
inter alia / –
""",
    "fr": """\
doit, doivent / devrait, devraient / peut, peuvent / pourrait, pourraient / –
et / ou / et/ou
ne, n' / –
pas / –
non / –
jamais / –
aucun, aucune / –
ni / –
sans / avec
sauf, excepté / y compris / –
prie instamment, engage instamment / encourage / invite / demande / exige / recommande / –
décide / convient / –
se félicite, se félicitant / note, notant / prend note, prenant note / rappelle, rappelant / \
réaffirme, réaffirmant / –
garantir, assurer / promouvoir / s'efforcer, s'efforcent / –
femmes / femmes et filles / –
filles / –
territoire / territoires / –
peuple / peuples / –
tous, toutes / certains, certaines / –
victimes / rescapés, survivants / –
traite / trafic / –
migrants / réfugiés / –
national, nationale, nationales, nationaux / international, internationale, internationales, \
internationaux / régional, régionale, régionales, régionaux / –
avant / après
deux / trois / quatre / cinq / six / sept / huit / neuf / dix / –
seulement / au moins / au plus / –
selon qu'il convient, s'il y a lieu, le cas échéant / –
dans la mesure du possible / –
à titre volontaire / –
sur demande / –
conformément au droit interne / conformément au droit international / –
""",
    "es": """\
deberá, deberán, debe, deben / debería, deberían / podrá, podrán, puede, pueden / \
podría, podrían / –
y, e / o, u / y/o
no / –
ni / –
nunca, jamás / –
ningún, ninguna, ninguno / –
sin / con
salvo, excepto / incluido, incluidos, incluida, incluidas / –
insta, instan / alienta, alientan / invita, invitan / solicita, solicitan, pide, piden / \
exhorta, exhortan / exige, exigen / recomienda, recomiendan / –
decide / conviene / –
acoge con beneplácito / observa / toma nota / recuerda / reafirma / –
garantizar, asegurar / promover / procurar / –
mujeres / mujeres y niñas / –
niñas / –
territorio / territorios / –
pueblo / pueblos / –
todos, todas / algunos, algunas / –
víctimas / supervivientes / –
trata / tráfico / –
migrantes / refugiados / –
nacional, nacionales / internacional, internacionales / regional, regionales / –
antes / después
dos / tres / cuatro / cinco / seis / siete / ocho / nueve / diez / –
solo, sólo, únicamente / al menos, como mínimo / a lo sumo / –
según proceda, según corresponda / –
cuando proceda / –
en la medida de lo posible / –
con carácter voluntario / –
previa solicitud / –
de conformidad con la legislación nacional / de conformidad con el derecho internacional / –
""",
    "ar": """\
لا / –
لم / –
لن / –
ليس, ليست / –
دون, بدون / –
ينبغي / يجب / يجوز / –
أو / –
""",
    "ru": """\
не / –
ни / –
без / –
и / или
должны, должен, должно / следует / могут, может / –
призывает / настоятельно призывает / предлагает / просит / –
""",
    "zh": """\
不 / –
未 / –
无 / –
或 / 和 / 及
应 / 须 / 可 / –
""",
}
