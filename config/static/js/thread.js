// One thread stands open at a time, under its paragraph. Before a label fetches its thread, the one
// #thread element moves under that paragraph; the styles set it beside the text where there is room.

document.addEventListener("htmx:beforeRequest", (event) => {
  const label = event.target.closest?.(".paragraph__label");
  const thread = document.getElementById("thread");
  if (!label || !thread) return;
  const paragraph = label.closest(".paragraph");
  document.querySelectorAll(".paragraph.is-open").forEach((open) => {
    open.classList.remove("is-open");
    open.querySelector(".paragraph__label")?.removeAttribute("aria-current");
  });
  paragraph.classList.add("is-open");
  label.setAttribute("aria-current", "true");
  paragraph.append(thread);
  thread.scrollTop = 0;
});

// A thread that is open is looked at: the word for what is new on its paragraph goes. Where it lies under
// its paragraph, the paragraph goes to the upper edge, as by the link without scripts: the sheet of who
// writes comes from below, and would cover it.
const isUnderParagraph = matchMedia("(width < 75rem)");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "thread") return;
  const paragraph = event.target.closest(".paragraph");
  paragraph?.querySelector(".paragraph__new")?.remove();
  if (isUnderParagraph.matches) paragraph?.scrollIntoView({ block: "start" });
});

// The way back asks for the whole page again. Who goes back twice at once waits for the last page alone:
// the answers may come in another order.
let goingBack = null;

document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
  goingBack?.abort();
  goingBack = detail.xhr;
});

// A page that comes with a paragraph open, and names no place to go to, begins at that paragraph.
if (!location.hash) {
  document.querySelector(".paragraph.is-open")?.scrollIntoView({ block: "start" });
}
