// Lists of suggestions: keys for whoever wants them, and on a page that is answered together,
// answers only for cards that were on the screen. Everything here works without it.
const list = document.getElementById("suggestions");
const cards = [...list.querySelectorAll("[data-card]")];
const READING = 700; // Milliseconds that the words of a card are in sight before it counts as read.

// Answering together: the answers below a card open once its last words were in sight for a while,
// or its reader has worked inside it.
const says = cards.map((card) => card.querySelector("[data-say]"));
const form = document.getElementById("together");

function read(card) {
  const say = card.querySelector("[data-say]");
  if (!say?.disabled) return;
  say.disabled = false;
  say.querySelector("[data-unread]").hidden = true;
}

if (form) {
  for (const say of says) {
    const kept = say.querySelector("input:checked")?.value; // Kept by the browser when going back.
    say.disabled = !kept;
    say.querySelector("[data-unread]").hidden = Boolean(kept);
  }
  const ends = new Map();
  const waiting = new Map();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (isIntersecting) waiting.set(target, setTimeout(() => read(ends.get(target)), READING));
    }
  }, { rootMargin: "0px 0px -110px 0px" }); // What the bar at the foot covers is not in sight.
  for (const card of cards) {
    const end = document.createElement("span");
    end.className = "sb-words-end";
    end.setAttribute("aria-hidden", "true");
    card.querySelector("[data-words]").append(end);
    ends.set(end, card);
    watch.observe(end);
    card.addEventListener("focusin", ({ target }) => {
      if (target !== card) read(card);
    });
  }
  form.addEventListener("change", count);
  count();
}

function count() {
  const said = says.filter((say) => say.querySelector("input:checked")?.value).length;
  document.getElementById("said").textContent = said
    ? `${said} of ${cards.length} answered. The others are left as they are.`
    : "No card is answered yet.";
}

// Keys, while a card has the focus.
if (list.hasAttribute("data-keys")) {
  for (const help of list.querySelectorAll("[data-keys-help]")) help.hidden = false;
  for (const card of cards) card.tabIndex = 0;
  list.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const does = KEYS[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does(card);
  });
}

const step = (card, by) => cards[cards.indexOf(card) + by]?.focus();
function say(card, value, button) {
  if (!form) {
    card.querySelector(button)?.click();
    return;
  }
  const field = card.querySelector("[data-say]");
  if (field.disabled) return;
  field.querySelector(`input[value="${value}"]`).checked = true;
  count();
  step(card, 1);
}
const KEYS = {
  j: (card) => step(card, 1),
  k: (card) => step(card, -1),
  y: (card) => say(card, "confirm", ".sb-confirm"),
  d: (card) => say(card, "decline", ".sb-decline"),
  l: (card) => say(card, "not-now", ".sb-not-now"),
  u: (card) => form && say(card, "", ""),
  o: (card) => card.querySelector("select")?.focus(),
  e: (card) => card.querySelector(".sb-suggestion__ends")?.click(),
};
