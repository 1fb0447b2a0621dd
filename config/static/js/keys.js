// Keys: on the reading page "/" goes to the paragraph field, j and k to the next and previous label;
// elsewhere "/" goes to the search.
// They rest while a field has the focus, and leave every combination with Ctrl, Alt or Meta alone.

import { isTyping } from "./fields.js";

const LABELS = ".paragraph__label";

/** The label after or before the one that has the focus, else after the open paragraph, else the first. */
function neighbour(step) {
  const labels = [...document.querySelectorAll(LABELS)];
  const here = document.activeElement?.closest(".paragraph") ?? document.querySelector(".paragraph.is-open");
  const place = labels.indexOf(here?.querySelector(LABELS));
  if (place === -1) return labels[0];
  return labels[Math.min(Math.max(place + step, 0), labels.length - 1)];
}

function go(label) {
  if (!label) return;
  label.focus({ preventScroll: true });
  label.closest(".paragraph").scrollIntoView({ block: "center" });
}

document.documentElement.dataset.keys = "";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const field = document.querySelector("[data-goto]") ?? document.querySelector("[data-search]");
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.select();
  } else if (event.key === "j") {
    go(neighbour(1));
  } else if (event.key === "k") {
    go(neighbour(-1));
  }
});
