// Proposes the web address of a consultation or a text from its title, until somebody types another.

const title = document.querySelector("[data-proposes]");
const address = title && document.querySelector(`[name="${title.dataset.proposes}"]`);

/** The words of a title as an address: small letters and digits, with hyphens between. */
function addressOf(words) {
  return words
    .normalize("NFKD")
    .replace(/[^\w\s-]/g, "")
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}

if (address) {
  let proposed = addressOf(title.value);
  title.addEventListener("input", () => {
    if (address.value && address.value !== proposed) return;
    proposed = addressOf(title.value);
    address.value = proposed;
  });
}
