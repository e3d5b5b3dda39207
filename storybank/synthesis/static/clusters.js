/* The board: what is ticked is counted, dragging does what ticking and Move do, and what is in
   hand (ticked, typed, dragged) is not swapped away by polling: the form says data-unsent. */

let dragged = null;

const bar = () => document.querySelector("[data-bar]");
const ticked = () => [...document.querySelectorAll("input[name=thing]:checked")];

function ready() {
  const form = bar();
  if (!form) return;
  for (const thing of document.querySelectorAll("[data-to] [data-thing]")) thing.draggable = true;
  if (!form.dataset.watched) {
    form.dataset.watched = "yes";
    form.addEventListener("input", hold);
    form.addEventListener("change", hold);
  }
  hold();
}

/* Only a new cluster needs a title; the button says how many will move. */
function hold() {
  const form = bar();
  if (!form) return;
  const count = ticked().length;
  form.toggleAttribute("data-unsent", count > 0 || Boolean(dragged) || Boolean(form.elements.title.value));
  form.querySelector("[data-title]").hidden = form.elements.to.value !== "new";
  form.querySelector("[data-count]").textContent = count ? ` ${count}` : "";
  if (!form.hasAttribute("data-unsent")) form.dispatchEvent(new CustomEvent("storybank:sent", { bubbles: true }));
}

const zone = (event) => event.target.closest?.("[data-to], [data-bar]");

document.addEventListener("change", (event) => { if (event.target.name === "thing") hold(); });

document.addEventListener("dragstart", (event) => {
  const thing = event.target.closest?.("[data-thing]");
  if (!thing || !bar()) return;
  dragged = thing;
  thing.toggleAttribute("data-dragged", true);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", thing.dataset.thing);
  hold();
});

document.addEventListener("dragover", (event) => {
  const over = dragged && zone(event);
  for (const one of document.querySelectorAll("[data-over]")) if (one !== over) one.removeAttribute("data-over");
  if (!over) return;
  event.preventDefault();
  over.toggleAttribute("data-over", true);
});

document.addEventListener("dragend", () => {
  dragged?.removeAttribute("data-dragged");
  dragged = null;
  for (const one of document.querySelectorAll("[data-over]")) one.removeAttribute("data-over");
  hold();
});

/* What is dropped goes with all that is ticked, if it is ticked itself; else alone. */
document.addEventListener("drop", (event) => {
  const over = dragged && zone(event), form = bar();
  if (!over) return;
  event.preventDefault();
  const box = document.querySelector(`input[name=thing][value="${CSS.escape(dragged.dataset.thing)}"]`);
  if (!box.checked) for (const other of ticked()) other.checked = false;
  box.checked = true;
  if (over === form) {
    form.elements.to.value = "new";
    hold();
    form.elements.title.focus();
    return;
  }
  form.elements.to.value = over.dataset.to;
  sessionStorage.setItem("storybank-board", String(scrollY));
  form.requestSubmit();
});

/* After a drop the page stands where it stood. */
const stood = sessionStorage.getItem("storybank-board");
if (stood) {
  sessionStorage.removeItem("storybank-board");
  scrollTo(0, Number(stood));
}

document.addEventListener("storybank:swapped", ready);
ready();
