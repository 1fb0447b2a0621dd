"""Which sections of a new text come from which of the old one. Uses no database.

A section is a heading and what stands under it, up to the next heading. Of an article that was
renumbered, moved and rewritten each row alone says too little; its title and all its rows together
say where it comes from.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.importing.rare_words import Close

# A row that shares less with its closest one says nothing about its section.
_MIN_TELLING_SHARE: Final = 0.2
# A title counts as much as so many rows.
_ROWS_OF_A_TITLE: Final = 1.5
# A section comes from each old one to which at least this share of its rows points.
_MIN_SHARE_OF_ORIGIN: Final = 0.3
# Fewer rows do not say where a section comes from.
_MIN_WEIGHT_OF_ORIGIN: Final = 0.5
# A heading goes with its section where that leads so many times over any other.
_MIN_LEAD_OF_HEADING: Final = 2.0


@dataclass(frozen=True)
class SectionMatches:
    """The section of each paragraph, and the old sections that each new one comes from."""

    old_section_by_index: Sequence[int]
    new_section_by_index: Sequence[int]
    origins_by_section: Sequence[frozenset[int]]
    heading_pairs: Sequence[tuple[int, int]]
    """Headings whose sections go together better than with any other, by old and new index."""

    def is_at_home(self, old_index: int, new_index: int) -> bool:
        """Whether a new paragraph stands in a section that comes from that of an old one."""
        return self.old_section_by_index[old_index] in self.origins_of(new_index)

    def origins_of(self, new_index: int) -> frozenset[int]:
        """The old sections that the section of a new paragraph comes from."""
        return self.origins_by_section[self.new_section_by_index[new_index]]


def match_sections(
    old_is_heading: Sequence[bool],
    new_is_heading: Sequence[bool],
    closest_old_by_new: Sequence[Sequence[Close]],
) -> SectionMatches:
    """Match sections by what the headings and the rows of each are closest to."""
    old_section_by_index = _section_numbers(old_is_heading)
    new_section_by_index = _section_numbers(new_is_heading)
    section_count = max(new_section_by_index, default=0) + 1
    weights = [defaultdict[int, float](float) for _section in range(section_count)]
    for new_index, is_heading in enumerate(new_is_heading):
        old_index, share = next(
            (
                close
                for close in closest_old_by_new[new_index]
                if old_is_heading[close[0]] == is_heading
            ),
            (0, 0.0),
        )
        if share >= _MIN_TELLING_SHARE:
            weight = share * (_ROWS_OF_A_TITLE if is_heading else 1)
            weights[new_section_by_index[new_index]][old_section_by_index[old_index]] += weight
    origins = [
        frozenset(
            old_section
            for old_section, weight in weight_by_origin.items()
            if weight
            >= max(_MIN_WEIGHT_OF_ORIGIN, _MIN_SHARE_OF_ORIGIN * sum(weight_by_origin.values()))
        )
        for weight_by_origin in weights
    ]
    heading_by_old_section, heading_by_new_section = (
        {section_by_index[index]: index for index, is_one in enumerate(is_heading) if is_one}
        for is_heading, section_by_index in (
            (old_is_heading, old_section_by_index),
            (new_is_heading, new_section_by_index),
        )
    )
    heading_pairs = [
        (heading_by_old_section[old_section], heading_by_new_section[new_section])
        for old_section, new_section in _leading_pairs(weights)
        if old_section in heading_by_old_section and new_section in heading_by_new_section
    ]
    return SectionMatches(old_section_by_index, new_section_by_index, origins, heading_pairs)


def _section_numbers(is_heading: Sequence[bool]) -> list[int]:
    """For each paragraph the number of its section: 0 up to the second heading."""
    section_numbers: list[int] = []
    for index, begins_section in enumerate(is_heading):
        last_number = section_numbers[-1] if section_numbers else 0
        section_numbers.append(last_number + (begins_section and index > 0))
    return section_numbers


def _leading_pairs(weights: Sequence[defaultdict[int, float]]) -> Iterator[tuple[int, int]]:
    """Old and new sections that have far more in common than either has with any other."""
    weights_by_old: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for new_section, weight_by_origin in enumerate(weights):
        for old_section, weight in weight_by_origin.items():
            weights_by_old[old_section][new_section] = weight
    for new_section, weight_by_origin in enumerate(weights):
        for old_section, weight in weight_by_origin.items():
            others = [
                *(other for section, other in weight_by_origin.items() if section != old_section),
                *(
                    other
                    for section, other in weights_by_old[old_section].items()
                    if section != new_section
                ),
            ]
            is_enough = weight >= _MIN_LEAD_OF_HEADING * max(_MIN_WEIGHT_OF_ORIGIN, *others, 0)
            if is_enough:
                yield old_section, new_section
