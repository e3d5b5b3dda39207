// One coding in hand: its panel beside the story, and the keys that change it.
import { codingsOf } from "./bars.js";
import { say } from "./sending.js";

export function setUpTaken({ story, text, paint, chosen }) {
  const panel = document.getElementById("taken");
  let moving = null; // Which end the arrows move: "start" or "end".
  let busy = false; // Something was sent and is not answered: keys wait for it, in order.
  const waiting = [];

  const section = () => panel.querySelector("[data-coding]");
  const number = () => Number(section()?.dataset.coding ?? 0);

  function show() {
    const one = section();
    if (!one) moving = null;
    const place = one && { start: Number(one.dataset.start), end: Number(one.dataset.end) };
    const here = place && one.dataset.version === story.dataset.version;
    paint("sb-taken", here ? text.ranges(place) : []);
    return here ? place : null;
  }

  async function take(id) {
    moving = null;
    document.dispatchEvent(new CustomEvent("taken"));
    const address = story.dataset.coding.replace("/0", `/${id}`);
    await htmx.ajax("GET", address, { source: panel, target: panel, swap: "innerHTML" });
    const place = show();
    if (!place) return;
    const [range] = text.ranges(place);
    const box = range?.getBoundingClientRect();
    if (box && (box.top < 60 || box.bottom > innerHeight - 60)) scrollBy(0, box.top - 160);
  }

  function letGo() {
    panel.replaceChildren();
    moving = null;
    show();
  }

  // The next coding on the selected words or, without any, from the top of the window on.
  function next(step) {
    const rows = [...story.children];
    const place = chosen();
    const every = new Map();
    for (const row of rows) for (const one of codingsOf(row)) every.set(one.id, one);
    let list = [...every.values()].sort((a, b) => a.start - b.start || a.end - b.end || a.id - b.id);
    if (place) list = list.filter(({ start, end }) => start < place.end && end > place.start);
    if (!list.length) return say(place ? "No codings on these words." : "No codings in this story.");
    const at = list.findIndex(({ id }) => id === number());
    const seen = rows.find((row) => row.getBoundingClientRect().bottom > 90);
    const top = Number(seen?.firstElementChild.dataset.s ?? 0);
    const first = place ? 0 : Math.max(0, list.findIndex(({ start }) => start >= top));
    const index = at < 0 ? first : (at + step + list.length) % list.length;
    return take(list[index].id);
  }

  // Do this now or, while something is on its way, once it is answered.
  function inTurn(act) {
    if (busy) waiting.push(act);
    else act();
  }

  const press = (selector) => inTurn(() => {
    const button = section() && selector && panel.querySelector(selector);
    if (button) button.click();
    else if (section()) say("That cannot be done with this coding.");
    else say("Take a coding in hand first: C takes the next one.");
  });

  function move(step) {
    press(`button[value="${moving} ${step > 0 ? "on" : "back"}"]`);
  }

  function startMoving(end) {
    if (!section()) return press("");
    moving = end;
    const name = end === "start" ? "beginning" : "end";
    return say(`The left and right arrow keys now move the ${name} of the coding. Esc ends that.`);
  }

  function split() {
    const place = chosen();
    const field = panel.querySelector("[name=at]");
    if (!section()) return press("");
    if (!place) return say("Select the words that the second part begins with.");
    if (!field) return press("[data-split]");
    field.value = place.start;
    return press("[data-split]");
  }

  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-let-go]")) {
      letGo();
      story.focus({ preventScroll: true });
    }
    if (event.target.closest("[data-split-here]")) split();
  });
  // Without a place of its own the form goes by the words written into it.
  panel.addEventListener("htmx:afterRequest", () => {
    for (const field of panel.querySelectorAll("[name=at]")) field.value = "";
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    letGo();
    story.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.defaultPrevented && event.detail.requestConfig.verb !== "get") busy = true;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!busy || detail.requestConfig?.verb === "get") return;
    // Once the page shows what was answered.
    setTimeout(() => {
      busy = false;
      if (!detail.successful) waiting.length = 0;
      while (waiting.length && !busy) waiting.shift()();
    }, 30);
  });
  // "Change" beside a coding leads to its page; here it opens beside the story.
  story.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-take]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    take(Number(link.dataset.take));
    if (event.detail === 0) panel.addEventListener("htmx:afterSettle", () => {
      panel.querySelector("button, a, select")?.focus();
    }, { once: true });
  });

  return {
    take, letGo, next, press, move, startMoving, split, inTurn,
    number: () => number() || null,
    moving: () => moving,
    stopMoving: () => { moving = null; },
    focus: (selector) => {
      const field = panel.querySelector(selector);
      if (!field) return press(selector);
      for (let one = field.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
      return field.focus();
    },
  };
}
