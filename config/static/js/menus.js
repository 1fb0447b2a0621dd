// <details class="menu"> opens by itself. Here it is closed again: by Escape, by a press elsewhere, and
// by another that opens. A field in it gets the focus.

const OPEN = "details.menu[open]";

function closeAllBut(kept) {
  for (const menu of document.querySelectorAll(OPEN)) if (menu !== kept) menu.open = false;
}

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && (document.activeElement?.closest(OPEN) ?? document.querySelector(OPEN));
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => closeAllBut(event.target.closest(OPEN)));

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches(OPEN)) return;
    closeAllBut(target);
    target.querySelector("[data-search]")?.focus();
  },
  { capture: true }, // a toggle does not bubble
);
