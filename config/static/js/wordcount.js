// Counts the words of a field against the limit of its round, as one types; the server counts alike.
//
// <p data-words="ID of the field" data-most="200" data-replacing="250" hidden>   shown by this script;
//     the second limit holds where the form's kind is "replace"
//   <span data-words-now>, <span data-words-most>   the words there are, and may be
//   <span data-words-over data-said="Over the limit by">   by how many too many, said after a pause

import { wordCount } from "./tokens.js";

const PAUSE = 800; // milliseconds: who listens is not told each word
const timers = new WeakMap();

function limitOf(line, field) {
  const kind = field.form?.elements.kind?.value;
  return Number(kind === "replace" ? line.dataset.replacing : line.dataset.most);
}

function put(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

function count(line) {
  const field = document.getElementById(line.dataset.words);
  if (!field) return;
  const words = wordCount(field.value);
  const limit = limitOf(line, field);
  put(line.querySelector("[data-words-now]"), `${words}`);
  put(line.querySelector("[data-words-most]"), `${limit}`);
  line.hidden = false;
  const over = line.querySelector("[data-words-over]");
  clearTimeout(timers.get(line));
  const said = words > limit ? `${over.dataset.said} ${words - limit}` : "";
  timers.set(line, setTimeout(() => put(over, said), said && over.textContent ? PAUSE : 0));
}

function start(root) {
  for (const line of root.querySelectorAll("[data-words]")) count(line);
}

document.addEventListener("input", (event) => {
  if (event.target.form?.querySelector("[data-words]")) start(event.target.form);
});
document.addEventListener("htmx:afterSettle", (event) => start(event.target));
start(document);
