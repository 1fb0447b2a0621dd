"""Whether every text can be read on its ground: axe is asked once of each text of a kind.

Its rule of contrasts is two thirds of what axe costs, and most texts of a page look as those of
the page before. A kind is all that the rule looks at: the colour, the size and the weight of the
text, and every layer behind it; of a link also how it is marked, and the words around it, for its
rule of links in words looks at colours too. Nothing is assumed of pages, themes and widths, each is
looked through; a kind that axe has said nothing of is asked again wherever it stands in others.
"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

# Each text that shows, as [kind, kind with the elements it stands in]; its element is kept.
LOOK = """() => {
    const layers = new Map([[null, '']]);
    const behind = (element) => {
        if (!layers.has(element)) {
            const style = getComputedStyle(element);
            const own = [
                style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                style.mixBlendMode, style.transform, style.clipPath,
            ].join('|');
            const is_moved = !['static', 'relative'].includes(style.position);
            const plain = 'rgba(0, 0, 0, 0)|none|1|none|normal|none|none';
            layers.set(element, behind(element.parentElement)
                + (own === plain ? '' : `/${own}`) + (is_moved ? `@${named(element)}` : ''));
        }
        return layers.get(element);
    };
    const named = (element) => `${element.localName}.${element.className}`;
    const stands_in = (element) => {
        const names = [];
        for (let at = element, up = 0; at && up < 4; at = at.parentElement, up += 1) {
            names.push(named(at));
        }
        const is_off = element.closest(':disabled, [aria-disabled=true]')
            || element.closest('label')?.control?.disabled;
        return names.join('<') + (is_off ? ' off' : '');
    };
    const has_words = (element) => element.matches('input, select, textarea')
        || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const marked = (element) => {
        const {textDecorationLine, borderBottom} = getComputedStyle(element);
        const {color, fontSize, fontWeight} = getComputedStyle(element.parentElement);
        return [textDecorationLine, borderBottom, color, fontSize, fontWeight].join('|');
    };
    const found = new Map();
    for (const element of document.body.querySelectorAll('*')) {
        if (!has_words(element) || !element.checkVisibility({visibilityProperty: true})) continue;
        const style = getComputedStyle(element);
        const kind = [
            style.color, style.fontSize, style.fontWeight, style.textShadow, behind(element),
            element.localName === 'a' ? marked(element) : '',
        ].join('|');
        const place = `${kind} in ${stands_in(element)}`;
        if (!found.has(place)) found.set(place, [kind, element]);
    }
    window.shown_texts = found;
    return [...found].map(([place, [kind]]) => [kind, place]);
}"""
ASK = """async (places) => {
    const asked = new Map(places.map((place) => [window.shown_texts.get(place)[1], place]));
    const found = await axe.run({include: [...asked.keys()]}, {
        runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations', 'passes'],
        elementRef: true, preload: false,
    });
    const nodes = (rules) => rules.flatMap((rule) => rule.nodes);
    const contrasts = found.passes.filter((rule) => rule.id === 'color-contrast');
    return {
        faults: found.violations.flatMap(
            (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`)
        ),
        readable: nodes(contrasts).map((node) => asked.get(node.element)).filter(Boolean),
    };
}"""


@dataclass
class Contrasts:
    """What was found readable, over many pages; axe has to be in the page."""

    readable: set[str] = field(default_factory=set)
    # Hidden, disabled, or on a ground that axe cannot see: of these it says nothing.
    unclear: set[str] = field(default_factory=set)

    def faults(self, page: Page) -> list[str]:
        """The texts of the page that cannot be read on their ground."""
        kinds: dict[str, str] = {place: kind for kind, place in page.evaluate(LOOK)}
        places = [place for place, kind in kinds.items() if self._is_new(kind, place)]
        if not places:
            return []
        found: dict[str, Any] = page.evaluate(ASK, places)
        if not found["faults"]:
            readable = {kinds[place] for place in found["readable"]}
            self.readable |= readable
            self.unclear |= {place for place in places if kinds[place] not in readable}
        faults: list[str] = found["faults"]
        return faults

    def _is_new(self, kind: str, place: str) -> bool:
        return kind not in self.readable and place not in self.unclear
