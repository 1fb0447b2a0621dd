// A paragraph drawn by its grip to another place: mouse, pen or finger.
//
// A line shows where it would go. In the upper half of a paragraph it goes before that one, in the
// lower half after it, or below it where it is drawn inwards, towards the end of the line. Escape
// lets go.

const STARTS_AFTER = 6; // pixels: less is a press
const INWARDS = 56; // pixels from where it was taken up
const EDGE = 72; // pixels from the edge of the window at which the page follows
const SPEED = 14; // pixels a frame

let drag = null;

function levelOf(article) {
  return Number(article.dataset.level);
}

/** A paragraph and all that stand below it. */
function familyOf(article) {
  const family = [article];
  let next = article.nextElementSibling;
  while (next?.matches(".paragraph[data-move]") && levelOf(next) > levelOf(article)) {
    family.push(next);
    next = next.nextElementSibling;
  }
  return family;
}

/** Where it would go with the pointer here: {after, position, at, level}, or null. */
function placeAt(x, y) {
  const all = [...document.querySelectorAll(".paragraph[data-move]")];
  const others = all.filter((article) => !drag.family.includes(article));
  const found = others.find((article) => y < article.getBoundingClientRect().bottom) ?? others.at(-1);
  if (!found) return null;
  const box = found.getBoundingClientRect();
  const after = found.id.replace("p-", "");
  if (y < box.top + box.height / 2) {
    return { after, position: "before", at: box.top, level: levelOf(found) };
  }
  const hasBelow = familyOf(found).some((one) => one !== found && !drag.family.includes(one));
  const isBelow = hasBelow || (isInwards(x) && found.dataset.takes === "yes");
  return {
    after,
    position: isBelow ? "below" : "beside",
    at: box.bottom,
    level: levelOf(found) + (isBelow ? 1 : 0),
  };
}

function isInwards(x) {
  const drawn = x - drag.from[0];
  return (document.documentElement.dir === "rtl" ? -drawn : drawn) > INWARDS;
}

function begin() {
  drag.family = familyOf(drag.article);
  for (const article of drag.family) article.classList.add("is-drawn");
  drag.line = document.createElement("div");
  drag.line.className = "drop-line";
  document.getElementById("desk-text").append(drag.line);
  drag.onStart();
  requestAnimationFrame(follow);
}

/** Draws the line, and lets the page follow the pointer at its edges. */
function follow() {
  if (!drag?.line) return;
  if (drag.y < EDGE) scrollBy(0, -SPEED);
  if (drag.y > innerHeight - EDGE) scrollBy(0, SPEED);
  drag.place = placeAt(drag.x, drag.y);
  drag.line.hidden = !drag.place;
  if (drag.place) {
    const sheet = document.getElementById("desk-text").getBoundingClientRect();
    drag.line.style.insetBlockStart = `${drag.place.at - sheet.top}px`;
    drag.line.dataset.level = Math.min(drag.place.level, 3);
  }
  requestAnimationFrame(follow);
}

function end() {
  drag?.line?.remove();
  for (const article of drag?.family ?? []) article.classList.remove("is-drawn");
  drag = null;
}

/** `move(article, {after, position})` is called where it is dropped. */
export function dragging({ move, onStart }) {
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button !== 0) return;
    grip.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y } = event;
    drag = { grip, article: grip.closest(".paragraph"), from: [x, y], x, y, onStart };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    [drag.x, drag.y] = [event.clientX, event.clientY];
    const way = Math.hypot(drag.x - drag.from[0], drag.y - drag.from[1]);
    if (!drag.line && way > STARTS_AFTER) begin();
  });

  document.addEventListener("pointerup", () => {
    if (!drag?.line) {
      drag = null;
      return;
    }
    const { article, grip } = drag;
    const place = placeAt(drag.x, drag.y);
    // The press that ends a drag is none: the grip is also the link to the form that moves.
    grip.addEventListener("click", (click) => click.preventDefault(), { once: true });
    end();
    if (place) move(article, { after: place.after, position: place.position });
  });

  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) end();
  });
}
