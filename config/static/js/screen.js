// Follows the screen of a meeting: shows what stands on it as soon as it is another.
//
// <div data-screen="ADDRESS OF THE PARAGRAPH" data-stream="ADDRESS OF THE LINE" [data-leads]>
//   <... data-line-down hidden>         shown while the line is down
//   <... data-screen-now>               holds the paragraph, an element with data-mark
// With data-leads the whole page is asked for anew, but for what is typed only: its keys are about
// the paragraph, too.
//
// <form data-second-press><a data-sure="Sure? Press again">   the second press sends the form

const PATIENCE = 5_000; // milliseconds without a line before it is said
const AGAIN = 2_000; // milliseconds until a paragraph that could not be had is asked for again
const SURE_FOR = 4_000; // milliseconds in which the second press counts

function follow(screen) {
  const place = screen.querySelector("[data-screen-now]");
  const down = screen.querySelector("[data-line-down]");
  const line = new EventSource(screen.dataset.stream);
  let saidLater;
  let latest;
  let isAsking = false;

  function up() {
    clearTimeout(saidLater);
    saidLater = undefined;
    down.hidden = true;
  }

  function fails() {
    saidLater ??= setTimeout(() => {
      down.hidden = false;
    }, PATIENCE);
  }

  const shown = () => place.querySelector("[data-mark]").dataset.mark;

  async function ask() {
    if ("leads" in screen.dataset && withoutTyped(shown()) !== withoutTyped(latest)) return location.reload();
    const answer = await fetch(screen.dataset.screen);
    // Signed out, or in another capacity: the page itself says so.
    if (!answer.ok || answer.redirected) return location.reload();
    place.innerHTML = await answer.text();
    up();
    // Each key is not read aloud; what was saved is.
    place.ariaLive = place.querySelector("[data-typed]") ? "off" : "polite";
  }

  /** One request at a time; what changed meanwhile is asked for after it, once. */
  async function catchUp() {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let asked; asked !== latest && shown() !== latest; ) {
        asked = latest;
        await ask();
      }
    } finally {
      isAsking = false;
    }
  }

  /** What could not be asked for is asked for again, not by all who follow at the same moment. */
  function catchUpOrAgain() {
    catchUp().catch(() => {
      fails();
      setTimeout(catchUpOrAgain, AGAIN * (1 + Math.random()));
    });
  }

  line.addEventListener("open", up);
  line.addEventListener("error", fails);
  line.addEventListener("message", (event) => {
    up();
    latest = event.data;
    catchUpOrAgain();
  });
}

/** A mark without its last two numbers, those of what is typed now. */
function withoutTyped(mark) {
  return mark.split(".").slice(0, -2).join(".");
}

function askTwice(event) {
  const link = event.target.closest("[data-second-press] a");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.asked) return link.closest("form").requestSubmit();
  const words = link.textContent;
  link.dataset.asked = words;
  link.textContent = link.dataset.sure;
  setTimeout(() => {
    link.textContent = words;
    delete link.dataset.asked;
  }, SURE_FOR);
}

document.querySelectorAll("[data-screen]").forEach(follow);
document.addEventListener("click", askTwice);
