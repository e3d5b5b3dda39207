// The desk: choose words in the story by mouse, finger or keyboard, and put codes on them.
import { codingsOf, setUpBars } from "./bars.js";
import { setUpKeys } from "./keys.js";
import { setUpMargin } from "./margin.js";
import { setUpOffered } from "./offered.js";
import { setUpPicker } from "./picker.js";
import { say, setUpSending } from "./sending.js";
import { setUpTaken } from "./taken.js";
import { Text } from "./text.js";

const LONGEST_SHOWN = 120;
const story = document.getElementById("story");
const form = document.getElementById("coder");
const newCode = document.getElementById("new-code");
const shownWords = document.getElementById("chosen-words");
const tools = document.getElementById("chosen-tools");
const cited = document.getElementById("cited");
const text = new Text(story);
const picker = setUpPicker(form);
const aside = document.getElementById("aside"); // coding an interviewer's words is meant each time
let chosen = null;

function choose(place) {
  chosen = place;
  const quote = place ? text.quote(place) : "";
  for (const one of [form, newCode]) {
    one.elements.start.value = place?.start ?? "";
    one.elements.end.value = place?.end ?? "";
    one.elements.quote.value = quote;
  }
  shownWords.textContent = place ? shorten(quote) : "nothing yet";
  cited.textContent = place ? cite(place) : "";
  form.classList.toggle("sb-coder--chosen", Boolean(place));
  tools.hidden = !place;
  const memo = document.getElementById("memo-here");
  if (memo && place) {
    const at = new URL(memo.dataset.href, location.href);
    at.searchParams.set("start", place.start);
    at.searchParams.set("end", place.end);
    memo.href = at;
  }
  paint("sb-chosen", place ? text.ranges(place) : []);
}

// Where the words stand, as somebody would cite them: paragraphs are numbered down the story.
function cite(place) {
  const rows = text.within(place.start, place.end).map(({ element }) => element.parentElement.id.slice(1));
  if (!rows.length) return "";
  return rows.length > 1 ? `Paragraphs ${rows[0]} to ${rows.at(-1)}` : `Paragraph ${rows[0]}`;
}

function shorten(quote) {
  const words = quote.split(/\s+/);
  const length = (some) => some.join(" ").length;
  if (length(words) <= LONGEST_SHOWN) return words.join(" ");
  const [first, last] = [[], []];
  while (words.length && length(first) < 60) first.push(words.shift());
  while (words.length && length(last) < 30) last.unshift(words.pop());
  return `${first.join(" ")} … ${last.join(" ")}`;
}

function paint(name, ranges) {
  if (!("highlights" in CSS)) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

function clear() {
  choose(null);
  getSelection().removeAllRanges();
}

// A selection is read a moment after it last moved, and kept when it goes away because
// something else was pressed; a plain click in the story lets it go, one on a paragraph's number
// takes the paragraph.
let waiting = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(story)) return;
    const place = text.place(range);
    if (place) choose(place);
  }, 120);
});
story.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed) return;
  if (event.target.closest("[data-s]")) choose(null);
  const element = event.target.matches("#story > div") && event.target.firstElementChild;
  if (!element || event.clientX > element.getBoundingClientRect().left) return;
  const [block] = text.blocks.filter((one) => one.element === element);
  choose({ start: block.start, end: block.end });
});

// What a code looks like: from the list of codes, or for one no longer in it from its label.
function looks(code, row) {
  const known = picker.rows().find(({ box }) => Number(box.value) === code);
  const tag = row.querySelector(`b[data-c="${code}"]`);
  return {
    label: known?.box.nextSibling.textContent.trim() ?? tag?.firstChild.data ?? "",
    style: known?.row.closest("section").classList[1] ?? tag?.classList[0] ?? "f4",
    initial: known?.row.dataset.i ?? tag?.dataset.i ?? "",
    colour: known?.row.dataset.colour,
  };
}

const taken = setUpTaken({ story, text, paint, chosen: () => chosen });
const offered = setUpOffered({ story, text, paint, taken });
setUpBars({ story, looks, take: taken.take });
setUpMargin({ story, text, paint });
setUpSending({ story, form, taken: taken.number });
const help = () => {
  const details = document.querySelector(".sb-desk__help");
  details.open = true;
  details.querySelector("summary").focus();
};
const turn = (verb) => taken.inTurn(() => {
  const button = document.querySelector(`#turn [data-turn=${verb}]`);
  if (button) button.click();
  else say(verb === "undo" ? "There is nothing to undo." : "There is nothing to do again.");
});
const meanings = {
  ...picker,
  about(place) {
    const ticked = picker.ticked();
    const here = place && text.within(place.start, place.end)
      .flatMap(({ element }) => codingsOf(element.parentElement))
      .filter(({ start, end }) => start < place.end && end > place.start)
      .map(({ code }) => String(code));
    const shown = picker.about([...new Set([...ticked, ...(here ?? [])])]);
    if (!shown) say("Select words with codes on them, or tick a code, to read what it means.");
  },
  newCode: () => openNewCode(),
};
if (story.dataset.shortcuts !== "off") {
  setUpKeys({
    story, text, form, picker: meanings, taken, offered, choose, clear, chosen: () => chosen, turn, help,
  });
}

tools.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "clear") {
    clear();
    story.focus({ preventScroll: true });
  } else if (button.dataset.widen) {
    await widen(button.dataset.widen);
  } else {
    openNewCode();
  }
});

let sentences = null;
async function widen(by) {
  if (!chosen) return;
  sentences ??= fetch(story.dataset.sentences).then((answer) => answer.json());
  const all = by === "paragraph" ? text.blocks.map(({ start, end }) => [start, end])
    : await sentences.catch(() => []);
  const touched = all.filter(([start, end]) => start < chosen.end && end > chosen.start);
  if (touched.length) choose({ start: touched[0][0], end: touched.at(-1)[1] });
}

// A new code out of the selected words: a name to begin with, for the coder to make their own.
const maker = document.getElementById("maker");
const FIRST_WORDS = 5;
function openNewCode() {
  if (!chosen) {
    say("Select some words in the story first.");
    return;
  }
  maker.open = true;
  const name = document.getElementById("new-name");
  if (!name.value) name.value = text.quote(chosen).split(/\s+/).slice(0, FIRST_WORDS).join(" ");
  name.focus();
  name.select();
}
newCode.addEventListener("htmx:beforeRequest", (event) => {
  if (chosen) return;
  event.preventDefault();
  say("Select some words in the story first.");
});
newCode.addEventListener("htmx:configRequest", ({ detail }) => {
  if (aside?.checked) detail.parameters.set("aside", "yes");
});
newCode.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== newCode || !event.detail.successful) return;
  newCode.reset();
  if (aside) aside.checked = false;
  maker.open = false;
  clear();
  story.focus({ preventScroll: true });
});

// Forms that change codings answer with the parts that changed. The server is the judge; these
// checks only save a journey.
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form) return;
  if (chosen && picker.count()) return;
  event.preventDefault();
  say(chosen ? "Tick at least one code." : "Select some words in the story first.");
  if (chosen) picker.focus();
});
form.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful } = event.detail;
  if (elt !== form || !successful || xhr.status === 204) return;
  const leave = form.contains(document.activeElement);
  clear();
  picker.clear();
  if (aside) aside.checked = false;
  if (leave) story.focus({ preventScroll: true });
});
document.addEventListener("htmx:afterSettle", () => picker.renew());

// Another part of the page says that it coded something: {start, end}.
document.addEventListener("coded", ({ detail }) => {
  const values = { start: detail.start, end: detail.end };
  htmx.ajax("GET", story.dataset.rows, { source: story, values, swap: "none" });
});
