// Shows what is typed into an open paragraph on the screen of a meeting, before it is saved.
//
// <form data-typed-words hidden>   beside the form of the paragraph, shown while this runs: goes to its address
//                                  with the words of the paragraph; its box, unticked, takes them off the screen
//   <... data-typed-said>          says whether they are on it
//
// The paragraph is the `.paragraph` around both; its words are `textarea[name="text"]`.

import { formToken } from "./fields.js";

const PAUSE = 500; // milliseconds without a key
const MAX_WAIT = 1_000; // while somebody types on and on
const STILL_HERE = 20_000; // what is on the screen passes where nobody says so

const timers = new WeakMap();
const since = new WeakMap();
const sent = new WeakMap();
const busy = new WeakSet();

function wordsFor(notice) {
  return notice.closest(".paragraph")?.querySelector('textarea[name="text"]');
}

function isShown(notice) {
  return notice.querySelector('input[type="checkbox"]').checked;
}

function bodyFor(notice, more) {
  const body = new FormData(notice);
  if (formToken()) body.set("csrfmiddlewaretoken", formToken());
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return body;
}

async function post(notice, more) {
  const answer = await fetch(notice.action, { method: "POST", body: bodyFor(notice, more), redirect: "error" });
  if (answer.ok || answer.status === 422) return (await answer.json()).said;
  throw new Error(answer.statusText);
}

function wait(notice) {
  if (!since.has(notice)) since.set(notice, Date.now());
  const left = MAX_WAIT - (Date.now() - since.get(notice));
  clearTimeout(timers.get(notice));
  timers.set(notice, setTimeout(() => show(notice), Math.max(0, Math.min(PAUSE, left))));
}

/** Sends the words as they are now; what is typed meanwhile goes after the answer. */
async function show(notice) {
  const field = wordsFor(notice);
  if (!field || !notice.isConnected || !isShown(notice) || busy.has(notice)) return;
  busy.add(notice);
  since.delete(notice);
  const { value } = field;
  sent.set(notice, value);
  try {
    say(notice, await post(notice, { text: value }));
  } catch {
    say(notice, ""); // the line is down: the next key, or the next round, tries again
  } finally {
    busy.delete(notice);
  }
  if (!isShown(notice)) hide(notice);
  else if (field.value !== value) wait(notice);
}

async function hide(notice) {
  if (busy.has(notice)) return; // taken off after its answer
  sent.delete(notice);
  try {
    say(notice, await post(notice, { hide: "yes" }));
  } catch {
    say(notice, "");
  }
}

function say(notice, words) {
  const place = notice.querySelector("[data-typed-said]");
  if (place.textContent !== words) place.textContent = words;
}

function noticeOf(element) {
  return element.closest?.(".paragraph")?.querySelector("[data-typed-words]");
}

/** Words that were on it before somebody typed are not sent: they stand there. */
function start(root) {
  for (const notice of root.querySelectorAll("[data-typed-words]")) {
    notice.hidden = false;
    if (wordsFor(notice)?.value !== wordsFor(notice)?.defaultValue) wait(notice);
  }
}

document.addEventListener("input", (event) => {
  const notice = noticeOf(event.target);
  if (!notice) return;
  if (event.target.form === notice) isShown(notice) ? wait(notice) : hide(notice);
  else if (event.target.name === "text") wait(notice);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-typed-words]")) event.preventDefault();
});

setInterval(() => {
  for (const notice of document.querySelectorAll("[data-typed-words]")) if (sent.has(notice)) show(notice);
}, STILL_HERE);

addEventListener("pagehide", () => {
  for (const notice of document.querySelectorAll("[data-typed-words]")) {
    if (sent.has(notice)) navigator.sendBeacon(notice.action, bodyFor(notice, { hide: "yes" }));
  }
});

document.addEventListener("htmx:afterSettle", (event) => start(event.target.parentElement ?? document));
document.addEventListener("htmx:oobAfterSwap", () => start(document));
start(document);
