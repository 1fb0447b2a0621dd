"""Words of a page that are broken in their middle, so that nobody reads them.

A line may break between words and at a hyphen. What is no word of a language, as an address, a
checksum or a name of a file, breaks where it must, and so do the languages that write no space.
"""

from playwright.sync_api import Page

LOOK_FOR_BROKEN = """() => {
    const left = "script, style, svg, select, textarea, .visually-hidden, .skip, [hidden]";
    const aside = /[@\\/_\\d]|\\w\\.\\w|[\\p{scx=Han}]/u;
    // A word is broken where its letters stand on two lines and the place is no hyphen.
    const isBroken = (node, start, word) => {
        const range = document.createRange();
        let before = null;
        for (let at = 0; at < word.length; at++) {
            range.setStart(node, start + at);
            range.setEnd(node, start + at + 1);
            const box = range.getClientRects()[0];
            if (!box || !box.width || box.height < 4) continue;
            if (before && box.top > before.bottom - 2) return true;
            before = box;
        }
        return false;
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!/\\p{L}{3}/u.test(node.data) || element.closest(left)) continue;
        const {height, width} = element.getBoundingClientRect();
        if (width < 4 || !element.checkVisibility({visibilityProperty: true})) continue;
        if (height < 1.9 * parseFloat(getComputedStyle(element).fontSize)) continue;
        for (const {0: run, index} of node.data.matchAll(/\\S+/gu)) {
            if (aside.test(run)) continue;
            for (const {0: word, index: from} of run.matchAll(/[\\p{L}\\p{M}’']{3,}/gu)) {
                if (!isBroken(node, index + from, word)) continue;
                found.push(`${word} in ${element.localName}.${element.className}`);
            }
        }
    }
    return found;
}"""


def broken_words(page: Page) -> list[str]:
    """The words of the page that stand on two lines, a line each."""
    found: list[str] = page.evaluate(LOOK_FOR_BROKEN)
    return found
