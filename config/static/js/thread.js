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

// A thread that is open is looked at: the word for what is new on its paragraph goes.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "thread") return;
  event.target.closest(".paragraph")?.querySelector(".paragraph__new")?.remove();
});

// A page that comes with a paragraph open, and names no place to go to, begins at that paragraph.
if (!location.hash) {
  document.querySelector(".paragraph.is-open")?.scrollIntoView({ block: "start" });
}
