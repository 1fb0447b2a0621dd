// The desk by keys, mouse and finger: paragraphs are moved without leaving it, steps undone.
//
// <article class="paragraph" data-move="ADDRESS" data-level="1">   takes a move: by Alt and an arrow
//                                 on its label, or dragged by its [data-grip]
// <button data-undo>, <button data-redo>   pressed by Ctrl Z and Ctrl Shift Z outside of fields
// <template data-drafting="NAME">  the sentences said in #desk-said, translated
//
// The server moves, and answers with the desk as it then stands: nothing is moved here alone.

import { dragging } from "./dragging.js";
import { isTyping } from "./fields.js";

const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
const MIRRORED = { ArrowRight: "out", ArrowLeft: "in" };

let isMoving = false;

function say(name) {
  const words = document.querySelector(`template[data-drafting="${name}"]`)?.content.textContent;
  document.getElementById("desk-said").textContent = words ?? "";
}

/** Sends a move, and goes to the paragraph where it then stands. */
async function move(article, values) {
  if (isMoving) return;
  if (document.querySelector(".paragraph.is-open form[data-keep]")) {
    say("unsaved");
    document.querySelector(".paragraph.is-open").scrollIntoView({ block: "center" });
    return;
  }
  isMoving = true;
  const { id } = article;
  try {
    // With the query of the desk: what is shown stays so.
    await htmx.ajax("POST", article.dataset.move + location.search, {
      source: "#desk-text",
      target: "#desk-text",
      swap: "outerHTML",
      values: { capacity: document.getElementById("desk-text").dataset.capacity, ...values },
    });
  } finally {
    isMoving = false;
  }
  const label = document.getElementById(id)?.querySelector(".paragraph__label");
  label?.focus({ preventScroll: true });
  label?.scrollIntoView({ block: "nearest" });
}

function wayOf(key) {
  const isMirrored = document.documentElement.dir === "rtl";
  return (isMirrored && MIRRORED[key]) || ARROWS[key];
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target)) return;
  const article = event.target.closest?.(".paragraph[data-move]");
  if (event.altKey && !event.ctrlKey && !event.metaKey && article && event.key in ARROWS) {
    event.preventDefault();
    move(article, { step: wayOf(event.key) });
    return;
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const isAgain = event.key === "y" || (event.shiftKey && event.key.toLowerCase() === "z");
  const button = document.getElementById(isAgain ? "redo" : event.key === "z" ? "undo" : "");
  if (!button) return;
  event.preventDefault();
  button.click();
});

// An opened paragraph takes the cursor, a closed one gives it back to its label.
document.addEventListener("htmx:afterSettle", (event) => {
  const article = event.target;
  if (!article.matches?.(".paragraph")) return;
  const alert = article.querySelector('[role="alert"]');
  if (alert) {
    alert.tabIndex = -1;
    alert.focus();
  } else {
    const field = article.querySelector('textarea[name="text"]');
    (field ?? article.querySelector(".paragraph__label"))?.focus();
  }
});

// The address is the one that stands here already: only loading it anew shows what others wrote.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-reload]");
  if (!link) return;
  event.preventDefault();
  history.replaceState(null, "", link.href);
  location.reload();
});

dragging({ move, onStart: () => say("moving") });
