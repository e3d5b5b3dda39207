// What the machine suggests, beside the story: a dashed bar at the left of the words for each
// passage, and one suggestion in hand in a panel, with its answers. The strip above the story
// says the same in words, and leads to a list.
import { say } from "./sending.js";

const NEAR = 700; // Pixels above and below the window that are drawn ahead.

export function setUpOffered({ story, text, paint, taken }) {
  const panel = document.getElementById("offer");
  let marks = []; // {id, start, end, code}, in order of place.
  let names = {};
  let inHand = 0; // The suggestion shown last, to see when another one comes.
  let moving = null; // Which end the arrows move: "start" or "end".
  let busy = false; // The panel is being fetched: keys that move an end wait for it.
  const waiting = [];
  const near = new Set();
  const strip = () => document.getElementById("suggested");
  const section = () => panel?.querySelector("[data-offer]");
  const number = () => Number(section()?.dataset.offer ?? 0);

  function read() {
    const { marks: places, names: labels } = strip()?.dataset ?? {};
    marks = JSON.parse(places ?? "[]").map(([id, start, end, code]) => ({ id, start, end, code }));
    names = JSON.parse(labels ?? "{}");
    place();
  }

  // Which rows have passages with suggestions: {start, end, ids}, by row.
  let passages = new Map();
  function place() {
    const byPlace = new Map();
    for (const one of marks) {
      const key = `${one.start} ${one.end}`;
      if (!byPlace.has(key)) byPlace.set(key, { start: one.start, end: one.end, ids: [], codes: [] });
      byPlace.get(key).ids.push(one.id);
      byPlace.get(key).codes.push(names[one.code] ?? "");
    }
    for (const row of passages.keys()) row.querySelector(":scope > .sb-offers")?.remove();
    passages = new Map();
    const blocks = text.blocks;
    for (const one of byPlace.values()) {
      for (const block of blocks) {
        if (block.start >= one.end || block.end <= one.start) continue;
        const row = block.element.parentElement;
        if (!passages.has(row)) passages.set(row, []);
        passages.get(row).push({ ...one, block });
      }
    }
    watch.disconnect();
    near.clear();
    for (const row of passages.keys()) watch.observe(row);
  }

  const watch = new IntersectionObserver((entries) => {
    const fresh = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    for (const { target, isIntersecting } of entries) if (!isIntersecting) near.delete(target);
    for (const row of fresh) near.add(row);
    draw(fresh);
  }, { rootMargin: `${NEAR}px 0px` });

  function draw(rows) {
    // All is measured before anything is written.
    const measured = rows.filter((row) => passages.has(row)).map((row) => {
      const { top, left } = row.getBoundingClientRect();
      return [row, passages.get(row).map((one) => {
        const from = Math.max(one.start, one.block.start) - one.block.start;
        const to = Math.min(one.end, one.block.end) - one.block.start - 1;
        const first = one.block.letter(from).getBoundingClientRect();
        const last = one.block.letter(to).getBoundingClientRect();
        const at = one.block.element.getBoundingClientRect().left - left;
        return { ...one, top: first.top - top, bottom: last.bottom - top, at };
      })];
    });
    for (const [row, bars] of measured) {
      row.querySelector(":scope > .sb-offers")?.remove();
      const box = document.createElement("div");
      box.className = "sb-offers";
      box.setAttribute("aria-hidden", "true");
      for (const one of bars) {
        const bar = document.createElement("i");
        bar.dataset.n = one.ids[0];
        bar.dataset.i = one.ids.length > 1 ? one.ids.length : "?";
        bar.title = `Suggested: ${one.codes.join(", ")}`;
        bar.classList.toggle("sb-offers__now", one.ids.includes(number()));
        bar.style.insetBlockStart = `${one.top}px`;
        bar.style.insetInlineStart = `${one.at - 12}px`;
        bar.style.height = `${Math.max(one.bottom - one.top - 2, 16)}px`;
        box.append(bar);
      }
      row.append(box);
    }
  }

  // After the panel or the strip changed: paint the words in hand, and bring them into sight.
  function show() {
    const one = section();
    const here = one && one.dataset.version === story.dataset.version;
    const [start, end] = here ? [Number(one.dataset.start), Number(one.dataset.end)] : [0, 0];
    const because = here ? JSON.parse(one.dataset.because || "[]") : [];
    paint("sb-offered", here ? text.ranges({ start, end }) : []);
    paint("sb-because", because.flatMap(([from, to]) => text.ranges({ start: from, end: to })));
    for (const bar of story.querySelectorAll(".sb-offers > i")) {
      const group = marks.find(({ id }) => id === Number(bar.dataset.n));
      bar.classList.toggle("sb-offers__now", Boolean(here && group
        && marks.some(({ id, start: at, end: to }) => id === number() && at === group.start && to === group.end)));
    }
    if (here && inHand !== number()) {
      const [range] = text.ranges({ start, end });
      const box = range?.getBoundingClientRect();
      const covered = getComputedStyle(panel).position === "fixed" ? panel.offsetHeight : 0;
      if (box && (box.top < 60 || box.bottom > innerHeight - covered - 40)) {
        scrollBy({ top: box.top - 120 });
      }
    }
    inHand = number();
  }

  function take(id) {
    taken.letGo();
    moving = null;
    const address = strip().dataset.one.replace(/\/0$/, `/${id}`);
    return htmx.ajax("GET", address, { source: panel, target: panel, swap: "innerHTML" });
  }

  function putAway() {
    panel?.replaceChildren();
    moving = null;
    inHand = 0;
    paint("sb-offered", []);
    paint("sb-because", []);
    for (const bar of story.querySelectorAll(".sb-offers__now")) bar.classList.remove("sb-offers__now");
  }

  // The next suggestion after the one in hand or, without any, from the top of the window on.
  function next(step) {
    if (!marks.length) return say("No suggestions wait in this story, or none are shown to you.");
    const at = marks.findIndex(({ id }) => id === number());
    if (at >= 0) return take(marks[(at + step + marks.length) % marks.length].id);
    const seen = text.blocks.find((block) => block.element.getBoundingClientRect().bottom > 90);
    const first = marks.findIndex(({ start }) => start >= (seen?.start ?? 0));
    return take(marks[Math.max(0, first)].id);
  }

  const press = (selector) => taken.inTurn(() => {
    const button = section() && panel.querySelector(selector);
    if (button) button.click();
    else say("Take a suggestion in hand first: G takes the next one.");
  });

  function startMoving(end) {
    moving = end;
    const name = end === "start" ? "beginning" : "end";
    say(`The left and right arrow keys now move the ${name} of the suggestion. Esc ends that.`);
  }

  function move(step) {
    const act = () => panel.querySelector(`button[value="${moving} ${step > 0 ? "on" : "back"}"]`)?.click();
    if (busy) waiting.push(act);
    else act();
  }

  function choose() {
    const field = panel?.querySelector("#offer-code");
    if (!field) return press("#offer-code");
    field.closest("details").open = true;
    return field.focus();
  }

  if (panel) {
    panel.addEventListener("click", (event) => {
      const go = event.target.closest("[data-go]");
      if (go) take(Number(go.dataset.go));
      if (event.target.closest("[data-as-was]")) {
        event.preventDefault();
        take(number());
      }
      if (event.target.closest("[data-put-away]")) {
        putAway();
        story.focus({ preventScroll: true });
      }
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      putAway();
      story.focus({ preventScroll: true });
    });
    panel.addEventListener("htmx:beforeRequest", ({ detail }) => {
      busy = detail.requestConfig.verb === "get" && detail.target === panel;
      if (detail.requestConfig.verb === "post") moving = null;
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-next-offer]")) next(1);
    });
    story.addEventListener("click", (event) => {
      const bar = event.target.closest(".sb-offers > i");
      if (bar) take(Number(bar.dataset.n));
    });
    document.addEventListener("taken", putAway);
    let known = null;
    document.addEventListener("htmx:afterSettle", () => {
      const now = strip();
      // The strip came anew, or a paragraph under its bars did.
      if (now !== known || [...passages.keys()].some((row) => !row.isConnected)) read();
      known = now;
      show();
      busy = false;
      waiting.shift()?.();
    });
    new ResizeObserver(() => draw([...near])).observe(story);
    document.addEventListener("htmx:afterRequest", ({ detail }) => {
      const { path, verb } = detail.requestConfig ?? {};
      const turned = path === story.dataset.undo || path === story.dataset.redo;
      const refused = verb === "post" && !detail.successful && panel.contains(detail.elt);
      if ((turned && detail.successful) || refused) renew();
      if (refused && detail.xhr.status !== 400) putAway();
    });
  }

  function renew() {
    const now = strip();
    if (now?.dataset.address) {
      htmx.ajax("GET", now.dataset.address, { source: now, target: now, swap: "outerHTML" });
    }
  }

  return {
    next, press, startMoving, move, choose, putAway,
    number: () => number() || null,
    moving: () => moving,
    stopMoving: () => { moving = null; },
  };
}
