// The way from change to change: two buttons, and the keys n and j (next), p and k (previous).
// A change that is gone to takes the focus, so that it is read out: which one it is, and of what.

import { isTyping } from "./fields.js";

const comparison = document.querySelector("[data-compare]");
const changes = [...(comparison?.querySelectorAll("[data-change]") ?? [])];
const steps = comparison?.querySelector("[data-steps]");

/** The change that has the focus, else the one last gone to, else -1. */
function here() {
  const focused = changes.indexOf(document.activeElement?.closest("[data-change]"));
  return focused !== -1 ? focused : changes.findIndex((change) => change.classList.contains("is-current"));
}

function show(place) {
  for (const [at, change] of changes.entries()) change.classList.toggle("is-current", at === place);
  steps.querySelector("[data-at]").textContent = changes[place].querySelector("[data-said]").textContent;
  steps.querySelector('[data-step="-1"]').disabled = place === 0;
  steps.querySelector('[data-step="1"]').disabled = place === changes.length - 1;
}

function go(step) {
  const place = Math.min(Math.max(here() + step, 0), changes.length - 1);
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
