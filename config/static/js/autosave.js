// Saves what is typed: with the server, some seconds after the last key, and on leaving the page.
//
// <form data-autosave="ADDRESS">  its fields go there by POST, and the answer tells when: {"said": "Saved 14:32"}
// <... data-saved>                inside the form: says it, politely
//
// <form data-unsaved>             shown again with words that nobody holds yet: saved though nothing more is typed
//
// The form then gets the event "autosave:saved"; where nothing was taken, "autosave:refused" with the name of
// the sentence to say (base.html). draftkeeper.js listens, and keeps the words on this machine meanwhile.

import { bodyOf, formToken, isTouched } from "./fields.js";

const PAUSE = 3_000; // milliseconds without a key
const MAX_WAIT = 10_000; // while somebody types on and on
const AGAIN = 10_000; // after the line failed
const MAX_LAST_SIZE = 60_000; // bytes; browsers send no more for a page that is being left

const REFUSED = { 403: "signed-out", 404: "not-taken", 409: "capacity-changed", 413: "too-large" };

// What the server holds of each form, and what is on its way.
const saved = new WeakMap();
const timers = new WeakMap();
const since = new WeakMap();
const busy = new WeakSet();
const closed = new WeakSet();

function isUnsaved(form) {
  return form.isConnected && !closed.has(form) && !form.dataset.sending && saved.get(form) !== bodyOf(form);
}

function wait(form, milliseconds) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), milliseconds));
}

function say(form, words) {
  const place = form.querySelector("[data-saved]");
  if (place && place.textContent !== words) place.textContent = words;
}

function sentence(name) {
  return document.querySelector(`template[data-sentence="${name}"]`)?.content.textContent.trim() ?? "";
}

function tell(form, name, detail) {
  form.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

async function save(form) {
  if (busy.has(form) || !isUnsaved(form)) return;
  busy.add(form);
  since.delete(form);
  const words = bodyOf(form);
  try {
    await took(form, words, await send(form, words));
  } catch {
    say(form, sentence("not-saved"));
    wait(form, AGAIN);
  } finally {
    busy.delete(form);
  }
  if (isUnsaved(form) && since.has(form)) wait(form, PAUSE);
}

function send(form, words, more = {}) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" };
  const body = new URLSearchParams(words);
  if (formToken()) body.set("csrfmiddlewaretoken", formToken());
  return fetch(form.dataset.autosave, { method: "POST", body: `${body}`, headers, redirect: "error", ...more });
}

/** Says what came of it. Throws where the server could not answer, so that it is tried again. */
async function took(form, words, answer) {
  if (answer.ok) {
    saved.set(form, words);
    say(form, (await answer.json()).said);
    tell(form, "autosave:saved", { isAll: words === bodyOf(form) });
    return;
  }
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.statusText);
  closed.add(form);
  if (answer.status === 422) {
    say(form, (await answer.json()).said);
    return;
  }
  // "Saved 14:32" would be read as if these words were, too.
  say(form, "");
  tell(form, "autosave:refused", { sentence: REFUSED[answer.status] ?? "not-taken" });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.autosave) return;
  if (!since.has(form)) since.set(form, Date.now());
  const left = MAX_WAIT - (Date.now() - since.get(form));
  wait(form, Math.max(0, Math.min(PAUSE, left)));
});

/** The last words of a page that is being left: nobody waits for the answer. */
function leave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (!isUnsaved(form)) continue;
    const words = bodyOf(form);
    if (words.length > MAX_LAST_SIZE) continue;
    send(form, words, { keepalive: true }).then(
      (answer) => took(form, words, answer),
      () => {},
    ).catch(() => {});
  }
}

addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});

/** A form as it is shown needs no saving, unless it came back with what was typed, or somebody was
 *  faster than this script. */
function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    if ("unsaved" in form.dataset || (!saved.has(form) && isTouched(form))) wait(form, PAUSE);
    else if (!saved.has(form)) saved.set(form, bodyOf(form));
  }
}

document.addEventListener("htmx:afterSettle", (event) => start(event.target));
start(document);
