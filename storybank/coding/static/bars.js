// The margin: a bar beside the words for each coding, from its first line to its last. Only the
// paragraphs near the window have theirs drawn. The list of codes beside it says the same in words.
import { blockOf } from "./text.js";

const LANE = 15; // Width of a lane in pixels, with its gap,
const MOST = 7; // and how many there are of that width; further ones share the room.
const NEAR = 700; // Pixels above and below the window that are drawn ahead.

// The codings of a row as the server wrote them: see Row.bars in drawing.py.
export function codingsOf(row) {
  const { start: at } = blockOf(row.firstElementChild);
  return (row.dataset.k ?? "").split(" ").filter(Boolean).map((one) => {
    const [id, lane, start, end, code, mine] = one.split(",").map(Number);
    return { id, lane, start: start + at, end: end + at, code, mine: Boolean(mine) };
  });
}

export function setUpBars({ story, looks, take }) {
  const wide = matchMedia("(min-width: 48em)");
  const near = new Set();
  let waiting = 0;
  let width = 0;

  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
    }
    later();
  }, { rootMargin: `${NEAR}px 0px` });

  function later() {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      draw();
    });
  }

  function draw() {
    const fresh = [...near].filter((row) => row.isConnected && row.drawnAt !== width);
    if (!fresh.length || !wide.matches) return;
    // All is measured before anything is written, so that the page is laid out once.
    const measured = fresh.map((row) => [row, codingsOf(row).map((one) => measure(row, one))]);
    for (const [row, bars] of measured) write(row, bars);
    align(measured);
  }

  function measure(row, coding) {
    const block = blockOf(row.firstElementChild);
    const [start, end] = [Math.max(coding.start, block.start), Math.min(coding.end, block.end)];
    const top = row.getBoundingClientRect().top;
    const first = block.letter(start - block.start).getBoundingClientRect();
    const last = block.letter(end - block.start - 1).getBoundingClientRect();
    return { ...coding, top: first.top - top, bottom: last.bottom - top, begins: start === coding.start };
  }

  function write(row, bars) {
    row.drawnAt = width;
    row.querySelector(":scope > .sb-bars")?.remove();
    if (!bars.length) return;
    const box = document.createElement("div");
    box.className = "sb-bars";
    box.setAttribute("aria-hidden", "true");
    const lanes = Math.max(...bars.map(({ lane }) => lane)) + 1;
    const step = Math.min(LANE, (LANE * MOST) / lanes);
    box.classList.toggle("sb-bars--thin", step < 12);
    for (const one of bars) {
      const bar = document.createElement("i");
      const look = looks(one.code, row);
      bar.className = `${look.style}${one.mine ? "" : " o"}`;
      bar.dataset.n = one.id;
      bar.dataset.i = one.begins ? look.initial : "";
      bar.title = `${look.label}${one.mine ? " (yours)" : ""}`;
      bar.style.insetBlockStart = `${one.top}px`;
      bar.style.height = `${Math.max(one.bottom - one.top, 12)}px`;
      bar.style.insetInlineStart = `${one.lane * step}px`;
      bar.style.width = `${Math.max(step - 2, 2)}px`;
      if (look.colour) bar.style.setProperty("--sb-family", look.colour);
      box.append(bar);
    }
    row.firstElementChild.after(box);
    // The labels stand close to the bars, however many lanes there are.
    const list = row.querySelector(":scope > a");
    if (list) list.style.marginInlineStart = `${Math.ceil(lanes * step) - LANE * MOST}px`;
  }

  // Each label stands at the line where its code begins, or below the label before it.
  function align(measured) {
    const wanted = [];
    for (const [row, bars] of measured) {
      const list = row.querySelector(":scope > a");
      if (!list) continue;
      const offset = 4;
      let below = offset;
      for (const tag of list.querySelectorAll("b[data-c]")) {
        const first = bars.find(({ code, begins }) => begins && String(code) === tag.dataset.c);
        const gap = Math.max(0, (first ? first.top : 0) - below);
        wanted.push([tag, gap]);
        below += gap + tag.offsetHeight + 4;
      }
    }
    for (const [tag, gap] of wanted) tag.style.marginTop = gap > 3 ? `${gap}px` : "";
  }

  const renew = () => {
    for (const row of story.children) if (!row.isWatched) {
      row.isWatched = true;
      watch.observe(row);
    }
    for (const row of near) if (!row.isConnected) near.delete(row);
  };
  new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === width) return;
    width = Math.round(contentRect.width);
    later();
  }).observe(story);
  document.addEventListener("htmx:afterSettle", renew);
  renew();

  story.addEventListener("click", (event) => {
    const bar = event.target.closest(".sb-bars > i");
    if (bar) take(Number(bar.dataset.n));
  });
}
