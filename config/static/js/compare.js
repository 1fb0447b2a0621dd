// The way from change to change: two buttons, and the keys n and j (next), p and k (previous).
// A change that is gone to takes the focus, so that it is read out: which one it is, and of what.
// Of a long text a section stands here: data-previous and data-next lead to the changes beside it.

import { isTyping } from "./fields.js";

const comparison = document.querySelector("[data-compare]");
const changes = [...(comparison?.querySelectorAll("[data-change]") ?? [])];
const steps = comparison?.querySelector("[data-steps]");

/** The change that has the focus, else the one last gone to, else -1. */
function here() {
  const focused = changes.indexOf(document.activeElement?.closest("[data-change]"));
  return focused !== -1 ? focused : changes.findIndex((change) => change.classList.contains("is-current"));
}

/** The address of the change beside this section; none at the ends of the text. */
function beside(step) {
  return step > 0 ? steps.dataset.next : steps.dataset.previous;
}

function show(place) {
  for (const [at, change] of changes.entries()) change.classList.toggle("is-current", at === place);
  steps.querySelector("[data-at]").textContent = changes[place].querySelector("[data-said]").textContent;
  steps.querySelector('[data-step="-1"]').disabled = place === 0 && !beside(-1);
  steps.querySelector('[data-step="1"]').disabled = place === changes.length - 1 && !beside(1);
}

function go(step) {
  const from = here();
  const place = from === -1 && changes.length ? 0 : from + step;
  if (!changes[place]) {
    if (beside(step)) location.assign(beside(step));
    return;
  }
  show(place);
  changes[place].focus({ preventScroll: true });
  changes[place].scrollIntoView({ block: "start" });
  history.replaceState(history.state, "", `#${changes[place].id}`);
}

/** A change, or a paragraph in a folded stretch, that the address names. */
function arrive() {
  const place = changes.findIndex((change) => `#${change.id}` === location.hash);
  if (place !== -1) show(place);
}

if (steps) {
  steps.hidden = false;
  steps.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) go(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "n" || event.key === "j") go(1);
    if (event.key === "p" || event.key === "k") go(-1);
  });
  addEventListener("hashchange", arrive);
  arrive();
}
