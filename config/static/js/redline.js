// The live redline: while a wording is typed, shows what it changes against the words on the table.
//
// <textarea data-redline-source="ID of the element that holds the words now"
//           data-redline-target="ID of the element that shows the redline">
// The target may carry data-added and data-removed: the words read out around each change.
// The redline that counts is made by the server on submission; this one only helps while typing.

const LARGEST_GRID = 4_000_000; // pairs of tokens compared; beyond it the middle is shown as replaced whole

/** Words, single Chinese characters, runs of space, and single other characters. */
export function tokens(text) {
  return text.match(/\p{Script=Han}|[\p{L}\p{N}\p{M}]+(?:[-’'][\p{L}\p{N}\p{M}]+)*|\s+|./gsu) ?? [];
}

/** Pieces [operation, text] that turn one text into another: "kept", "added", "removed". */
export function pieces(before, after) {
  const from = tokens(before);
  const to = tokens(after);
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1;
  let tail = 0;
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  ) {
    tail += 1;
  }
  const middle = compare(from.slice(head, from.length - tail), to.slice(head, to.length - tail));
  const steps = [
    ...from.slice(0, head).map((token) => ["kept", token]),
    ...middle,
    ...from.slice(from.length - tail).map((token) => ["kept", token]),
  ];
  return gather(steps);
}

/** The longest common subsequence of two lists of tokens, as steps. */
function compare(from, to) {
  const width = to.length + 1;
  if (from.length * to.length > LARGEST_GRID) {
    return [...from.map((token) => ["removed", token]), ...to.map((token) => ["added", token])];
  }
  const longest = new Uint16Array((from.length + 1) * width);
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] =
        from[row] === to[column]
          ? longest[(row + 1) * width + column + 1] + 1
          : Math.max(longest[(row + 1) * width + column], longest[row * width + column + 1]);
    }
  }
  const steps = [];
  let row = 0;
  let column = 0;
  while (row < from.length && column < to.length) {
    if (from[row] === to[column]) {
      steps.push(["kept", from[row]]);
      row += 1;
      column += 1;
    } else if (longest[(row + 1) * width + column] >= longest[row * width + column + 1]) {
      steps.push(["removed", from[row]]);
      row += 1;
    } else {
      steps.push(["added", to[column]]);
      column += 1;
    }
  }
  for (; row < from.length; row += 1) steps.push(["removed", from[row]]);
  for (; column < to.length; column += 1) steps.push(["added", to[column]]);
  return steps;
}

/** Joins steps into pieces. A lone space between two changed words belongs to the change. */
function gather(steps) {
  const result = [];
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed) result.push(["removed", removed]);
    if (added) result.push(["added", added]);
    removed = "";
    added = "";
  };
  steps.forEach(([operation, token], place) => {
    if (operation === "removed") removed += token;
    else if (operation === "added") added += token;
    else if (removed && added && /^\s+$/.test(token) && changes(steps[place + 1])) {
      removed += token;
      added += token;
    } else {
      flush();
      const last = result.at(-1);
      if (last && last[0] === "kept") last[1] += token;
      else result.push(["kept", token]);
    }
  });
  flush();
  return result;
}

function changes(step) {
  return step !== undefined && step[0] !== "kept";
}

function heard(words) {
  const span = document.createElement("span");
  span.className = "visually-hidden";
  // The way that the words run is told by the words, not by what is said of them.
  span.dir = "auto";
  span.textContent = ` ${words} `;
  return span;
}

function show(target, found) {
  const nodes = found.flatMap(([operation, text]) => {
    if (operation === "kept") return [document.createTextNode(text)];
    const mark = document.createElement(operation === "added" ? "ins" : "del");
    const words = target.dataset[operation];
    if (words) mark.append(heard(words));
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

function start(root) {
  root.querySelectorAll("[data-redline-source]").forEach(refresh);
}

if (typeof document !== "undefined") {
  let waiting = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-redline-source]")) return;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => refresh(event.target));
  });
  document.addEventListener("htmx:afterSettle", (event) => start(event.target));
  start(document);
}
