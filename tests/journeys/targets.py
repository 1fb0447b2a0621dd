"""Whether what is pressed is large enough for a finger: WCAG 2.2, success criterion 2.5.8.

Stricter than the criterion: that a small target has room around it excuses nothing here. Excused
are, as there, links in a line of other words, and what the browser itself draws unstyled.
"""

from playwright.sync_api import Page

MIN_SIZE = 24  # CSS pixels, each way

LOOK_FOR_SMALL = """minSize => {
    const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const shown = (element) => element.checkVisibility({visibilityProperty: true})
        && !element.closest("svg, .visually-hidden, .skip:not(:focus)");
    const lineOf = (link) => {
        let box = link.parentElement;
        while (getComputedStyle(box).display === "inline") box = box.parentElement;
        return box;
    };
    // Words of the line that are no target: a mark between two links is none.
    const isInWords = (link) => {
        if (getComputedStyle(link).display !== "inline") return false;
        const line = lineOf(link).cloneNode(true);
        line.querySelectorAll("a, button, .visually-hidden").forEach((other) => other.remove());
        return /\\p{L}/u.test(line.textContent);
    };
    // A box to tick is pressed by its label too; of a link over several lines, the first counts.
    const box = (element) => [...element.getClientRects()].find(({height}) => height)
        ?? element.getBoundingClientRect();
    const isSmallBox = ({width, height}) => width < minSize - 0.1 || height < minSize - 0.1;
    const isSmall = (element) => [element, ...(element.labels ?? [])].map(box).every(isSmallBox);
    // What comes later lies above: of a target below it, what is left counts. What keeps its place
    // while the page moves covers nothing for long.
    const isAside = (element) => {
        for (let box = element; box; box = box.parentElement) {
            if (/absolute|sticky|fixed/.test(getComputedStyle(box).position)) return true;
        }
        return false;
    };
    // What a scroller has drawn out of its sight lies beside it, and nothing there is pressed.
    const isOutOfSight = (element) => {
        const mine = box(element);
        for (let around = element.parentElement; around; around = around.parentElement) {
            const seen = around.getBoundingClientRect();
            if (/auto|scroll/.test(getComputedStyle(around).overflowX)
                && (mine.left < seen.left || mine.right > seen.right)) return true;
        }
        return false;
    };
    const boxes = new Map();
    const boxOf = (element) => boxes.get(element)
        ?? boxes.set(element, box(element)).get(element);
    const isCovered = (element, index, all) => {
        if (isAside(element) || isOutOfSight(element)) return false;
        const mine = boxOf(element);
        return all.slice(index + 1).some((later) => {
            const other = boxOf(later);
            const across = Math.min(mine.right, other.right) - Math.max(mine.left, other.left);
            const along = Math.min(mine.bottom, other.bottom) - Math.max(mine.top, other.top);
            return across > 1 && along > 1
                && mine.height - along < minSize - 0.1 && mine.width - across < minSize - 0.1
                && !element.contains(later) && !later.contains(element)
                && !isAside(later) && !isOutOfSight(later);
        });
    };
    return [...document.querySelectorAll(targets)]
        .filter((element) => shown(element) && !isInWords(element))
        .filter((element, index, all) => isSmall(element) || isCovered(element, index, all))
        .map((element) => {
            const {width, height} = box(element);
            const words = (element.textContent.trim() || element.name).replace(/\\s+/g, " ");
            const within = element.parentElement.closest("[class]")?.className ?? "";
            return `${Math.round(width)}×${Math.round(height)} ${element.localName}`
                + ` “${words.slice(0, 40)}” in .${within}`;
        });
}"""


def small_targets(page: Page) -> list[str]:
    """What of the page is less than 24 pixels wide or high, a line each."""
    found: list[str] = page.evaluate(LOOK_FOR_SMALL, MIN_SIZE)
    return found
