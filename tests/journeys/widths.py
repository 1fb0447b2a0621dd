"""What axe finds on a page at each width: of all of it at the first, then of what has changed.

Its rules look at what is shown, at names and at roles; few know how wide the window is. So the
first width of an opened page is asked in full. At each other one axe is asked of what shows there
and did not, of what has lost a part, of the outline where it is another, and of what scrolls; and
of each kind of these once, for the frame changes alike on all pages. Colours are asked apart.

A page that shows the same elements as one without fault, but for its words, is in another
language: of its first width too only the outline, the languages and what scrolls are asked.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Style sheets and media are not read in advance: no page plays any, and the rule that reads the
# style sheets is an experiment of axe's, not asked here.
ASKED_OF_AXE: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
# The rules that look at colours: half of what axe costs, and asked apart (`contrasts.py`).
OF_COLOURS = ("color-contrast", "link-in-text-block")
ALL_BUT_COLOURS = ASKED_OF_AXE | {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}}
RUN_AXE = "asked => 'axe' in window ? axe.run(asked).then((found) => found.violations) : null"
# These look at the page as a whole, and are asked of no part of it.
OUTLINE = (
    "bypass",
    "document-title",
    "heading-order",
    "html-has-lang",
    "html-lang-valid",
    "landmark-banner-is-top-level",
    "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main",
    "landmark-one-main",
    "landmark-unique",
    "page-has-heading-one",
    "region",
    "skip-link",
)

# The kinds of what is to be asked of at this width; the elements of each are kept in the window.
LOOK = """() => {
    const shown = new Set([...document.body.querySelectorAll('*')]
        .filter((element) => element.checkVisibility({visibilityProperty: true})));
    const before = document.body.shown_before;
    const role = (element) => `${element.localName}.${element.getAttribute('role') ?? ''}`;
    const stands_in = (element) => {
        const names = [];
        for (let at = element.parentElement; at; at = at.parentElement) names.push(role(at));
        return names.join('<');
    };
    // Of words only that there are some; of addresses and identifiers the same.
    const is_read = (name) => !/^aria-(label|describedby|controls|owns)/.test(name)
        && /^(aria|role|type|tabindex|scope|headers|lang|dir|autocomplete)/.test(name);
    const attribute = ({name, value}) => is_read(name)
        ? `${name}=${value}` : `${name}${value.trim() ? '=…' : ''}`;
    const look = (element) => `<${element.localName} `
        + [...element.attributes].map(attribute).sort().join(' ')
        + (element.labels ? ` labels=${[...element.labels].map((one) => shown.has(one))}` : '')
        + '>' + [...element.childNodes].map((node) => node.nodeType === 3
            ? (node.data.trim() ? '…' : '') : (shown.has(node) ? look(node) : '')).join('');
    const translated = 'aria-label aria-description alt content label placeholder title value'
        .split(' ');
    const is_translated = (name) => translated.includes(name) || /^(data|hx)-/.test(name);
    const exact = (element) => `<${element.localName} `
        + [...element.attributes].map(({name, value}) => is_translated(name)
            ? `${name}${value.trim() ? '=…' : ''}` : `${name}=${value}`).sort().join(' ')
        + '>' + [...element.childNodes].map((node) => node.nodeType === 3
            ? (node.data.trim() ? '…' : '') : (shown.has(node) ? exact(node) : '')).join('');
    const kinds = new Map();
    const keep = (kind, element) => kinds.has(kind) ? null : kinds.set(kind, element);

    const landmarks = 'header, main, footer, nav, aside, section, form, [role]';
    const heads = 'h1, h2, h3, h4, h5, h6';
    const has_words = (element) => [...element.childNodes]
        .some((node) => node.nodeType === 3 && node.data.trim());
    const label = (element) => (element.getAttribute('aria-label')
        ?? document.getElementById(element.getAttribute('aria-labelledby'))?.textContent
        ?? '').trim();
    const outline = [...shown].flatMap((element) => {
        if (element.matches(heads)) return [role(element)];
        if (element.matches(landmarks)) {
            return [`${role(element)} in ${stands_in(element)}: ${label(element)}`];
        }
        const is_outside = has_words(element) && !element.closest(landmarks);
        return is_outside ? [`${look(element)} in ${stands_in(element)}`] : [];
    });
    const skip = document.querySelector('a[href^="#"]');
    outline.push(skip && shown.has(skip) && !!document.querySelector(skip.getAttribute('href')));
    outline.push(document.documentElement.lang, !!document.title.trim());
    keep(`outline ${outline.join('/')}`, document);

    const slack = 13;  // axe's own
    const scrolls = (element) => {
        const {overflowX, overflowY} = getComputedStyle(element);
        const {scrollWidth, clientWidth, scrollHeight, clientHeight} = element;
        return (/auto|scroll/.test(overflowX) && scrollWidth > clientWidth + slack)
            || (/auto|scroll/.test(overflowY) && scrollHeight > clientHeight + slack);
    };
    const pressed = 'a[href], button, input, select, textarea, summary, [tabindex]';
    for (const element of [...shown].filter(scrolls)) {
        const first = [...element.querySelectorAll(pressed)].find((one) => shown.has(one));
        keep(`scrolls ${element.getAttribute('tabindex')} ${first ? role(first) : '-'} `
            + `${role(element)}.${element.className} in ${stands_in(element)}`, element);
    }

    if (before) {
        const whole = 'a, button, label, summary, legend, caption, option, li, th, td, tr, dt, dd,'
            + ` ul, ol, dl, table, select, fieldset, [role], ${heads}`;
        const changed = [...shown].filter((element) => !before.has(element));
        const gone = [...before].filter((element) => !shown.has(element));
        const parts = new Set(changed);
        for (const element of [...changed, ...gone]) {
            parts.add(element.parentElement?.closest(whole)).add(element.control);
        }
        for (const part of [...parts].filter((one) => one && shown.has(one))) {
            let up = part.parentElement;
            while (up && !parts.has(up)) up = up.parentElement;
            if (!up) keep(`part ${look(part)} in ${stands_in(part)}`, part);
        }
    }
    document.body.shown_before = before ?? shown;
    window.kinds_here = kinds;
    return {is_first: !before, elements: exact(document.body), kinds: [...kinds.keys()]};
}"""
ASK = """async ([kinds, outline, colours, plain]) => {
    const of = (start) => kinds.filter((kind) => kind.startsWith(start))
        .map((kind) => window.kinds_here.get(kind));
    const off = (rules) => Object.fromEntries(rules.map((rule) => [rule, {enabled: false}]));
    const found = [];
    const ask = async (what, asked) => found.push(
        ...(await axe.run(what, {...plain, ...asked})).violations
    );
    if (of('outline').length) await ask(document, {runOnly: outline});
    if (of('scrolls').length) {
        await ask({include: of('scrolls')}, {runOnly: ['scrollable-region-focusable']});
    }
    if (of('part').length) {
        const apart = [...outline, ...colours, 'scrollable-region-focusable'];
        await ask({include: of('part')}, {rules: off(apart)});
    }
    return found;
}"""


@dataclass
class Widths:
    """What axe has found without fault, over many pages; axe has to be in the page."""

    known: set[str] = field(default_factory=set)

    def faults(self, page: Page, looked: dict[str, Any] | None = None) -> list[str]:
        """What axe finds on the page as wide as it is now, a line each.

        `looked` is the answer to LOOK, where the page was asked for it before.
        """
        looked = looked or page.evaluate(LOOK)
        kinds, elements = set(looked["kinds"]), digest_of_elements(looked)
        if looked["is_first"] and elements not in self.known:
            found = faults(page, ALL_BUT_COLOURS)
        else:
            found = self._asked(page, kinds - self.known)
        if not found:
            self.known |= kinds | {elements}
        return found

    def _asked(self, page: Page, kinds: set[str]) -> list[str]:
        if not kinds:
            return []
        return lines(page.evaluate(ASK, [sorted(kinds), OUTLINE, OF_COLOURS, ASKED_OF_AXE]))


def digest_of_elements(looked: dict[str, Any]) -> str:
    """What tells a page from those that show other elements, by the answer to LOOK."""
    return sha256(looked["elements"].encode()).hexdigest()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    pixels: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return pixels


def faults(page: Page, asked: dict[str, Any] = ASKED_OF_AXE) -> list[str]:
    """What axe finds on the whole page, a line each."""
    found = page.evaluate(RUN_AXE, asked)
    if found is None:
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(RUN_AXE, asked)
    return lines(found)


def lines(found: list[dict[str, Any]]) -> list[str]:
    """Each rule that is broken, and the first element it is broken by."""
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]
