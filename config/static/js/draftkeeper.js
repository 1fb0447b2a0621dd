// Keeps what was typed: on this machine, while it is not yet with the server.
//
// <form data-keep="KEY">          every change is kept under KEY; KEY names reader, capacity and paragraph,
//                                 and is the same each time the form is shown
// <... data-keep-clear="KEY">     anywhere in an answer: the words arrived, forget them
// <form data-keep-let-go="KEY">   on being sent, forget the words under KEY
// <form data-keep-forget>         on being sent (sign-out), forget everything kept here
// <... data-quiet>                asks by itself now and then; where the session is over, the open forms say so
// <form data-once>                a second click of the button is not sent (data-keep implies it)
// <form method="post">            goes with the token of the last sign-in, which may have been in another tab
//
// The sentences shown stand in <template> elements of base.html, so that they are translated.

import { formToken, putBack, wordsOf } from "./fields.js";

const PREFIX = "kept:";
const MAX_AGE = 7 * 24 * 60 * 60 * 1000; // a week, in milliseconds

let leaving = false;

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key));
    return kept && Date.now() - kept.at < MAX_AGE ? kept : null;
  } catch {
    return null;
  }
}

function write(key, words) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), words }));
  } catch {
    // A full or forbidden store: the guard on leaving the page still stands.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept either.
  }
}

function everyKey() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/** Says one of the sentences of base.html above the form; returns the element. */
function say(form, name) {
  const template = document.querySelector(`template[data-sentence="${name}"]`);
  if (!template) return null;
  form.querySelector(":scope > [data-said]")?.remove();
  const said = template.content.firstElementChild.cloneNode(true);
  said.dataset.said = name;
  form.prepend(said);
  return said;
}

function offer(form) {
  if (form.dataset.offered) return;
  form.dataset.offered = "yes";
  form.dataset.asShown = JSON.stringify(wordsOf(form));
  const kept = read(form.dataset.keep);
  if (!kept) return;
  if (JSON.stringify(kept.words) === form.dataset.asShown) {
    // Restored from the server: these very words are not needed here any more.
    if ("restored" in form.dataset) forget(form.dataset.keep);
    return;
  }
  const said = say(form, "kept");
  if (!said) return;
  const moment = said.querySelector("time");
  if (moment) {
    moment.dateTime = new Date(kept.at).toISOString();
    moment.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    });
  }
  said.querySelector("[data-put-back]")?.addEventListener("click", () => {
    putBack(form, kept.words);
    said.remove();
  });
  said.querySelector("[data-let-go]")?.addEventListener("click", () => {
    forget(form.dataset.keep);
    said.remove();
  });
}

function unsent(form) {
  return form.dataset.asShown !== undefined && JSON.stringify(wordsOf(form)) !== form.dataset.asShown;
}

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
}

function start(root) {
  const found = root.matches?.("[data-keep-clear]") ? [root] : [];
  for (const mark of [...found, ...root.querySelectorAll("[data-keep-clear]")]) {
    forget(mark.dataset.keepClear);
  }
  root.querySelectorAll("form[data-keep]").forEach(offer);
}

for (const name of everyKey()) {
  if (!read(name.slice(PREFIX.length))) forget(name.slice(PREFIX.length));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.keep) write(form.dataset.keep, wordsOf(form));
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const token = form.elements.csrfmiddlewaretoken;
    if (token) token.value = formToken() || token.value;
    if ("keepForget" in form.dataset) {
      for (const name of everyKey()) forget(name.slice(PREFIX.length));
      return;
    }
    if ("keepLetGo" in form.dataset) forget(form.dataset.keepLetGo);
    if (!("keep" in form.dataset) && !("once" in form.dataset)) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    leaving = true;
  },
  true,
);

// A page fetched back from the browser's memory is not being sent any more.
addEventListener("pageshow", () => {
  leaving = false;
  document.querySelectorAll("form[data-sending]").forEach(release);
});

addEventListener("beforeunload", (event) => {
  if (leaving) return;
  if ([...document.querySelectorAll("form[data-keep]")].some(unsent)) event.preventDefault();
});

// What autosave.js brought to the server need not be kept here too, nor asked after on leaving.
document.addEventListener("autosave:saved", (event) => {
  const form = event.target;
  if (!event.detail.isAll || !form.dataset.keep) return;
  forget(form.dataset.keep);
  form.dataset.asShown = JSON.stringify(wordsOf(form));
});

document.addEventListener("autosave:refused", (event) => say(event.target, event.detail.sentence));

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.closest?.("[data-quiet]")) leaving = false;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// A whole page where a fragment was asked for: the session is over and this is the sign-in page, or
// more was sent than is taken.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!/^\s*<!doctype/i.test(event.detail.serverResponse ?? "")) return;
  event.detail.shouldSwap = false;
  if (event.target.closest?.("[data-quiet]")) {
    for (const open of document.querySelectorAll("form[data-keep]")) say(open, "signed-out");
    return;
  }
  const form = event.target.closest?.("form") ?? event.detail.requestConfig?.elt?.closest("form");
  if (form) say(form, event.detail.xhr.status === 413 ? "too-large" : "signed-out");
  else location.reload();
});

document.addEventListener("htmx:sendError", (event) => {
  const form = event.target.closest?.("form");
  if (form) say(form, "line-down");
});

document.addEventListener("htmx:responseError", (event) => {
  const form = event.target.closest?.("form");
  if (form) say(form, "not-taken");
});

document.addEventListener("htmx:afterSettle", (event) => start(event.target));
start(document);
