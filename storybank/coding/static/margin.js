// The codes beside the paragraphs: opened in place, and shown together with their words.

import { codingsOf } from "./bars.js";

export function setUpMargin({ story, text, paint }) {
  // Without JavaScript these lead to a page of their own.
  const asButtons = () => {
    for (const row of story.children) {
      const link = row.querySelector(":scope > a:not([role])");
      if (!link) continue;
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
    }
  };
  asButtons();
  document.addEventListener("htmx:afterSettle", asButtons);

  function open(link) {
    const here = link.parentElement.querySelector(".sb-here");
    link.setAttribute("aria-expanded", String(!here));
    if (here) {
      here.remove();
      return;
    }
    const box = document.createElement("div");
    box.className = "sb-here";
    link.after(box);
    htmx.ajax("GET", link.getAttribute("href"), { source: box, target: box, swap: "innerHTML" });
  }

  story.addEventListener("click", (event) => {
    const link = event.target.closest("#story > div > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  story.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("#story > div > a")) {
      event.preventDefault();
      open(event.target);
    }
  });

  // What is under the pointer or has the focus: a code in the margin shows its words, words show
  // their codes, a coding in an opened list shows exactly its passage.
  let shown = [];
  function point(event) {
    const target = event.target.closest?.("mark, b[data-c], .sb-coding, .sb-bars > i") ?? null;
    const row = target?.closest("#story > div");
    for (const tag of shown) tag.classList.remove("sb-near");
    shown = [];
    if (!row) return paint("sb-near", []);
    if (target.matches(".sb-coding")) {
      const { start, end } = target.dataset;
      return paint("sb-near", text.ranges({ start: Number(start), end: Number(end) }));
    }
    if (target.matches("i")) {
      const coding = codingsOf(row).find(({ id }) => String(id) === target.dataset.n);
      light(row, [String(coding.code)]);
      return paint("sb-near", text.ranges(coding));
    }
    const codes = target.dataset.c.split(" ");
    light(row, codes);
    const marks = target.matches("b") ? row.querySelectorAll(`mark[data-c~="${codes[0]}"]`) : [];
    return paint("sb-near", Array.from(marks, contents));
  }
  function light(row, codes) {
    shown = [...row.querySelectorAll("b[data-c]")].filter((tag) => codes.includes(tag.dataset.c));
    for (const tag of shown) tag.classList.add("sb-near");
  }
  story.addEventListener("pointerover", point);
  story.addEventListener("pointerleave", point);
  story.addEventListener("focusin", point);

  // After a row changed under the reader's hands, stay at that row.
  let row = null;
  story.addEventListener("htmx:beforeRequest", (event) => {
    row = event.target.matches("form") ? event.target.closest("#story > div")?.id : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!row || document.activeElement !== document.body) return;
    (document.querySelector(`#${row} > a`) ?? story).focus({ preventScroll: true });
    row = null;
  });
}

function contents(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range;
}
