// Keys: on the reading page "/" goes to the paragraph field, elsewhere to the search.
// "?" opens the chapter of the help on keys.
//
// <a class="paragraph__label">, <a data-row>   j and k go to the next and the previous of them
// <nav data-sections>                          and on over the border, by its links to the sections
//                                              beside: rel="next" and rel="prev"
// <a data-row data-waits>                      u goes to the next that waits for an answer
// <... data-key="a">                           this letter presses it, or gives it the focus, in the
//                                              row where one is; where the row has none, on the page
//
// They rest while a field has the focus, and leave every combination with Ctrl, Alt or Meta alone.

import { isTyping } from "./fields.js";

const LABELS = "a.paragraph__label, [data-row]";
const ROWS = ".paragraph, li:has([data-row])";
const PRESSED = "a, button, summary";
// In the session: at which label to arrive, 0 or -1.
const CROSSING = "keys-crossing";

/** The row in which the focus is, else the open paragraph, else what the address names. */
function rowHere() {
  return (
    document.activeElement?.closest(ROWS) ??
    document.querySelector(".paragraph.is-open") ??
    document.querySelector(":target")?.closest(ROWS)
  );
}

/** Goes to the label beside the one of this row, to the first where there is none. */
function goBeside(step) {
  const labels = [...document.querySelectorAll(LABELS)];
  const place = labels.indexOf(rowHere()?.querySelector(LABELS));
  const found = place === -1 ? labels[0] : labels[place + step];
  if (found) return go(found);
  const section = document.querySelector(`[data-sections] [rel="${step > 0 ? "next" : "prev"}"]`);
  if (!section || !labels.length) return;
  sessionStorage.setItem(CROSSING, step > 0 ? 0 : -1);
  location.assign(section.href);
}

/** In a section that was come to by a key: its first label, coming from behind its last. */
function arrive() {
  const place = sessionStorage.getItem(CROSSING);
  if (place === null) return;
  sessionStorage.removeItem(CROSSING);
  go([...document.querySelectorAll(LABELS)].at(Number(place)));
}

/** The next label whose row waits for an answer, from the first again behind the last. */
function waiting() {
  const labels = [...document.querySelectorAll(LABELS)];
  const place = labels.indexOf(rowHere()?.querySelector(LABELS));
  return [...labels.slice(place + 1), ...labels.slice(0, place + 1)].find((label) => "waits" in label.dataset);
}

function go(label) {
  if (!label) return;
  label.focus({ preventScroll: true });
  (label.closest(ROWS) ?? label).scrollIntoView({ block: "center" });
}

function press(key) {
  const named = `[data-key="${key}"]`;
  const found = rowHere()?.querySelector(named) ?? [...document.querySelectorAll(named)].find((one) => !one.closest(ROWS));
  if (!found) return false;
  if (found.matches(PRESSED)) found.click();
  const inside = found.matches("summary") ? found.parentElement : found;
  inside.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  return true;
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
  } else if (event.key === "?") {
    const help = document.querySelector("[data-help]");
    if (!help) return;
    const keys = new URL(help.href);
    keys.pathname += "keys/";
    location.assign(keys);
  } else if (event.key === "j") {
    goBeside(1);
  } else if (event.key === "k") {
    goBeside(-1);
  } else if (event.key === "u") {
    go(waiting());
  } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
    event.preventDefault();
  }
});

arrive();
