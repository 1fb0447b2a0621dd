// Cuts a paragraph where the cursor stands: puts the mark that one can as well type by hand.
//
// <textarea data-cut-text>   holds the words
// <p data-cut-acts hidden>   shown once this script is here; holds <button data-cut>

const MARK = "\n---\n";
const field = document.querySelector("[data-cut-text]");

function cut() {
  field.focus();
  // As if typed, so that the browser's own undo takes it back.
  if (!document.execCommand("insertText", false, MARK)) {
    field.setRangeText(MARK, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

if (field) {
  document.querySelector("[data-cut-acts]").hidden = false;
  document.querySelector("[data-cut]").addEventListener("click", cut);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    cut();
  });
}
