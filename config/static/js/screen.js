// Follows the screen of a meeting: shows what stands on it as soon as it is another.
//
// <div data-screen="ADDRESS OF THE PARAGRAPH" data-stream="ADDRESS OF THE LINE" [data-leads]>
//   <... data-line-down hidden>         shown while the line is down
//   <... data-screen-now>               holds the paragraph, an element with data-mark
// With data-leads the whole page is asked for anew: its keys are about the paragraph, too.
//
// <form data-second-press><a data-sure="Sure? Press again">   the second press sends the form

const PATIENCE = 5_000; // milliseconds without a line before it is said
const SURE_FOR = 4_000; // milliseconds in which the second press counts

function follow(screen) {
  const place = screen.querySelector("[data-screen-now]");
  const down = screen.querySelector("[data-line-down]");
  const line = new EventSource(screen.dataset.stream);
  let saidLater;

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

  async function catchUp() {
    if ("leads" in screen.dataset) return location.reload();
    const answer = await fetch(screen.dataset.screen);
    // Signed out, or in another capacity: the page itself says so.
    if (!answer.ok || answer.redirected) return location.reload();
    place.innerHTML = await answer.text();
  }

  line.addEventListener("open", up);
  line.addEventListener("error", fails);
  line.addEventListener("message", (event) => {
    up();
    if (event.data !== place.querySelector("[data-mark]").dataset.mark) catchUp().catch(fails);
  });
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
