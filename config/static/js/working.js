// Long work under way: what it does, and for how many seconds.
//
// <button data-working="SENTENCE">    on being pressed: where no answer has come within a second, the
//                                     sentence stands under the button, with the seconds, until one comes

const BEFORE_IT_IS_SAID = 1000; // milliseconds

const seconds = new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit",
  unit: "second",
  unitDisplay: "long",
});

let shown = null;
let timer = 0;

function stop() {
  clearInterval(timer);
  shown?.remove();
  shown = null;
}

function show(button) {
  const template = document.querySelector('template[data-sentence="working"]');
  shown = template.content.firstElementChild.cloneNode(true);
  shown.querySelector("[data-what]").textContent = button.dataset.working;
  (button.closest(".acts") ?? button).after(shown);
  shown.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.dataset.working) return;
  stop();
  const began = Date.now();
  timer = setInterval(() => {
    if (!shown) show(button);
    const elapsed = Math.round((Date.now() - began) / 1000);
    shown.querySelector("[data-elapsed]").textContent = seconds.format(elapsed);
  }, BEFORE_IT_IS_SAID);
});

// A page fetched back from the browser's memory waits for nothing any more.
addEventListener("pageshow", stop);
