// What stands in the fields of a form, for every script that keeps, sends or minds it.

const UNKEPT = new Set(["csrfmiddlewaretoken", "form_key", "version", "capacity"]);

/** Whether the letters pressed here belong to a field: a box or a circle takes none. */
export function isTyping(element) {
  const fields = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  return element?.closest?.(fields) != null;
}

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !UNKEPT.has(field.name) &&
      !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );
}

/** What was typed and chosen, by name: what is worth keeping. */
export function wordsOf(form) {
  const words = {};
  for (const field of fieldsOf(form)) {
    if (field.type === "radio" || field.type === "checkbox") {
      words[field.name] ??= [];
      if (field.checked) words[field.name].push(field.value);
    } else {
      words[field.name] = field.value;
    }
  }
  return words;
}

/** Whether something was typed or ticked since the page came: before a script was there, perhaps. */
export function isTouched(form) {
  return fieldsOf(form).some((field) =>
    field.type === "radio" || field.type === "checkbox"
      ? field.checked !== field.defaultChecked
      : field.defaultValue !== undefined && field.value !== field.defaultValue,
  );
}

export function putBack(form, words) {
  for (const field of fieldsOf(form)) {
    if (!(field.name in words)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = words[field.name].includes(field.value);
    } else {
      field.value = words[field.name];
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The token of forms that holds now: a sign-in in another tab makes the one of this page old. */
export function formToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

/** The whole form as it would be sent, the hidden fields with it. */
export function bodyOf(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
