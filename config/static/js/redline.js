// The live redline: while a wording is typed, shows what it changes against the words on the table.
//
// <textarea data-redline-source="ID of the element that holds the words now"
//           data-redline-target="ID of the element that shows the redline">
// The target may carry data-added and data-removed: the words read out around each change.
// <textarea data-redline-beside> is followed by every place that names it:
// <div data-redline-of="ID of the field" data-redline-from="ID of the element that holds the words">
// with an element of class "redline" in it, and data-added and data-removed as above.
// The redline that counts is made by the server on submission; this one says the same while typing.

import { isSpace, isWord, tokens, withoutTypography } from "./tokens.js";

const MAX_GRID_SIZE = 4_000_000; // pairs of tokens compared; beyond it the middle is shown as replaced whole
const ISLAND_WORDS = 1;
const CLOSING = "。；，、！？：";

/** Pieces [operation, text] that turn one text into another: "kept", "added", "removed".
 *
 * The server's steps, one by one (drafts/words/differences.py and readable.py), so that the
 * redline seen while typing is the one that is kept.
 */
export function pieces(before, after) {
  if (before === after) return before ? [["kept", before]] : [];
  const spans = withSpaces(atBestPlaces(withoutIslands(mergedNeighbours(spansOf(tokens(before), tokens(after))))));
  return spans.flatMap((span) => {
    const [gone, come] = [span.before.join(""), span.after.join("")];
    if (isKept(span)) return [["kept", gone]];
    return [...(gone ? [["removed", gone]] : []), ...(come ? [["added", come]] : [])];
  });
}

// --- Spans: tokens of both texts that stand at one place, kept where they are the same ------------

function isKept({ before, after }) {
  return before.length === after.length && before.every((token, place) => token === after[place]);
}

function comesOrGoes({ before, after }) {
  return before.length > 0 !== after.length > 0;
}

function replacesWords({ before, after }) {
  if (!before.some(isWord) || !after.some(isWord)) return false;
  return withoutTypography(before.join("")) !== withoutTypography(after.join(""));
}

function keptSpan(list) {
  return { before: list, after: list };
}

/** Neighbouring spans as one: their tokens of both texts, in order. */
function mergedSpan(...spans) {
  return {
    before: spans.flatMap((span) => span.before),
    after: spans.flatMap((span) => span.after),
  };
}

/** Kept and changed spans by turns, none empty. */
function mergedNeighbours(spans) {
  const found = [];
  for (const span of spans) {
    if (!span.before.length && !span.after.length) continue;
    const isAlike = found.length && isKept(found.at(-1)) === isKept(span);
    found.push(isAlike ? mergedSpan(found.pop(), span) : span);
  }
  return found;
}

// --- What is the same ----------------------------------------------------------------------------

/** Words and signs that are the same but for typography, and what lies between them. */
function spansOf(before, after) {
  const [old, recent] = [withoutSpaces(before), withoutSpaces(after)];
  const spans = [];
  let [oldStart, newStart] = [0, 0];
  for (const [row, column] of equalPairs(old.keys, recent.keys)) {
    const [oldPlace, newPlace] = [old.places[row], recent.places[column]];
    spans.push(...between(before.slice(oldStart, oldPlace), after.slice(newStart, newPlace)));
    spans.push({ before: [before[oldPlace]], after: [after[newPlace]] });
    [oldStart, newStart] = [oldPlace + 1, newPlace + 1];
  }
  return [...spans, ...between(before.slice(oldStart), after.slice(newStart))];
}

/** The places of all but spaces, and what each token there is compared by. */
function withoutSpaces(list) {
  const keys = list.map(withoutTypography);
  const places = list.map((_, place) => place).filter((place) => !isSpace(keys[place]));
  return { places, keys: places.map((place) => keys[place]) };
}

/** What lies between two kept words; of the spaces at its ends those that both have are kept. */
function between(before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    keptSpan(before.slice(0, head)),
    { before: before.slice(head, before.length - tail), after: after.slice(head, after.length - tail) },
    keptSpan(before.slice(before.length - tail)),
  ];
}

/** The longest run of equal pairs, as [row, column]; of several the one that the server finds. */
function equalPairs(from, to) {
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1;
  let tail = 0;
  const rest = Math.min(from.length, to.length) - head;
  while (tail < rest && from.at(-1 - tail) === to.at(-1 - tail)) tail += 1;
  const pairs = Array.from({ length: head }, (_, place) => [place, place]);
  const middle = equalPairsInside(from.slice(head, from.length - tail), to.slice(head, to.length - tail));
  pairs.push(...middle.map(([row, column]) => [row + head, column + head]));
  for (let left = tail; left > 0; left -= 1) pairs.push([from.length - left, to.length - left]);
  return pairs;
}

function equalPairsInside(from, to) {
  if (from.length * to.length > MAX_GRID_SIZE) return [];
  const width = from.length + 1;
  const longest = new Uint16Array((to.length + 1) * width);
  for (let row = 1; row <= to.length; row += 1) {
    for (let column = 1; column <= from.length; column += 1) {
      const place = row * width + column;
      longest[place] =
        to[row - 1] === from[column - 1]
          ? longest[place - width - 1] + 1
          : Math.max(longest[place - width], longest[place - 1]);
    }
  }
  const pairs = [];
  let [row, column] = [to.length, from.length];
  while (row > 0 && column > 0) {
    const place = row * width + column;
    if (longest[place] === longest[place - 1]) column -= 1;
    else if (longest[place] === longest[place - width]) row -= 1;
    else pairs.unshift([--column, --row]);
  }
  return pairs;
}

// --- As a person would mark it -------------------------------------------------------------------

/** A kept word between two others that are replaced is read as part of one change. */
function withoutIslands(spans) {
  const found = [];
  for (const span of spans) {
    const isBehindOne = found.length > 1 && replacesWords(span) && replacesWords(found.at(-2));
    if (isBehindOne && found.at(-1).before.filter(isWord).length <= ISLAND_WORDS) {
      const island = found.pop();
      found.push(mergedSpan(found.pop(), island, span));
    } else found.push(span);
  }
  return found;
}

/** Words that come or go and might stand at several places, at the best and first of them. */
function atBestPlaces(spans) {
  const found = [keptSpan([]), ...spans, keptSpan([])];
  for (let place = 1; place < found.length - 1; place += 1) {
    if (!comesOrGoes(found[place])) continue;
    const [head, change, tail] = found.slice(place - 1, place + 2);
    const moving = change.before.length ? change.before : change.after;
    const run = [...head.before, ...moving, ...tail.before];
    const lowest = place <= 2 ? 0 : 1;
    const highest = place + 3 >= found.length ? run.length : run.length - 1;
    const at = bestPlace(run, head.before.length, moving.length, lowest, highest);
    const words = run.slice(at, at + moving.length);
    found[place - 1] = keptSpan(run.slice(0, at));
    found[place] = change.before.length ? { before: words, after: [] } : { before: [], after: words };
    found[place + 1] = keptSpan(run.slice(at + moving.length));
  }
  return mergedNeighbours(found);
}

function bestPlace(run, start, length, lowest, highest) {
  let first = start;
  while (first > lowest && run[first - 1] === run[first - 1 + length]) first -= 1;
  let last = start;
  while (last + length < highest && run[last] === run[last + length]) last += 1;
  let best = first;
  const worth = (at) => isOpen(run, at) + isOpen(run, at + length);
  for (let at = first + 1; at <= last; at += 1) if (worth(at) > worth(best)) best = at;
  return best;
}

/** Whether a change may well begin or end here: at an end, at a space, behind a Chinese stop. */
function isOpen(run, at) {
  if (at === 0 || at === run.length) return true;
  return isSpace(run[at - 1]) || isSpace(run[at]) || CLOSING.includes(run[at - 1]);
}

/** The space after words that change goes with them, so that old and new ones stand apart. */
function withSpaces(spans) {
  const found = [...spans];
  for (let place = 0; place < found.length - 1; place += 1) {
    const change = found[place];
    if (isKept(change)) continue;
    const [space, ...rest] = found[place + 1].before;
    if (!rest.length || !isSpace(space)) continue;
    const moving = change.before.length ? change.before : change.after;
    if (replacesWords(change)) found[place] = mergedSpan(change, keptSpan([space]));
    else if (place && comesOrGoes(change) && moving[0] === space) {
      const turned = [...moving.slice(1), space];
      found[place - 1] = mergedSpan(found[place - 1], keptSpan([space]));
      found[place] = change.before.length ? { before: turned, after: [] } : { before: [], after: turned };
    } else continue;
    found[place + 1] = keptSpan(rest);
  }
  return found;
}

/** Words for screen readers alone, as an element. */
function spokenOnly(words) {
  const span = document.createElement("span");
  span.className = "visually-hidden";
  // The way that the words run is told by the words, not by what is said of them.
  span.dir = "auto";
  span.textContent = ` ${words} `;
  return span;
}

function show(target, found, said = target.dataset) {
  const nodes = found.flatMap(([operation, text]) => {
    if (operation === "kept") return [document.createTextNode(text)];
    const mark = document.createElement(operation === "added" ? "ins" : "del");
    const words = said[operation];
    if (words) mark.append(spokenOnly(words));
    // A line under the space after a word says nothing; a piece that is space alone stays marked.
    const marked = text.trimEnd() || text;
    mark.append(marked);
    return [mark, text.slice(marked.length)];
  });
  target.replaceChildren(...nodes);
}

function refresh(field) {
  const source = document.getElementById(field.dataset.redlineSource);
  const target = document.getElementById(field.dataset.redlineTarget);
  if (!source || !target) return;
  const found = pieces(source.textContent, field.value);
  show(target, found);
  const frame = target.closest("[data-redline-frame]");
  if (frame) frame.hidden = found.every(([operation]) => operation === "kept");
}

/** What is typed against several texts at once, each with a place of its own. */
function refreshBeside(field) {
  for (const place of document.querySelectorAll(`[data-redline-of="${field.id}"]`)) {
    const source = document.getElementById(place.dataset.redlineFrom);
    show(place.querySelector(".redline"), pieces(source.textContent, field.value), place.dataset);
  }
}

function start(root) {
  root.querySelectorAll("[data-redline-source]").forEach(refresh);
}

if (typeof document !== "undefined") {
  let waiting = 0;
  document.addEventListener("input", (event) => {
    const field = event.target;
    const isBeside = field.matches?.("[data-redline-beside]");
    if (!isBeside && !field.matches?.("[data-redline-source]")) return;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => (isBeside ? refreshBeside(field) : refresh(field)));
  });
  document.addEventListener("htmx:afterSettle", (event) => start(event.target));
  start(document);
}
