// Fills a form with the words that are selected in a text beside it.
//
// <textarea data-choose-from readonly>   holds the words of the paragraph
// <form data-choose>                     has fields named start, end and words
//
// Places count characters as the server does, not the two halves of those beyond the first plane.

const text = document.querySelector("[data-choose-from]");
const form = document.querySelector("[data-choose]");

function charactersBefore(place) {
  return Array.from(text.value.slice(0, place)).length;
}

function choose() {
  const { selectionStart, selectionEnd } = text;
  if (selectionStart === selectionEnd) return;
  form.elements.start.value = charactersBefore(selectionStart);
  form.elements.end.value = charactersBefore(selectionEnd);
  form.elements.words.value = text.value.slice(selectionStart, selectionEnd);
}

// In a field that is read only a browser selects nothing by keys. This one may be entered, takes no
// change, and calls no keyboard on a telephone.
function open() {
  text.readOnly = false;
  text.inputMode = "none";
  text.setAttribute("aria-readonly", "true");
  text.addEventListener("beforeinput", (event) => event.preventDefault());
}

if (text && form) {
  open();
  text.addEventListener("select", choose);
  text.addEventListener("keyup", choose);
  text.addEventListener("pointerup", choose);
}
