// The desk: choose words in the story by mouse, finger or keyboard, and put codes on them.
import { setUpKeys } from "./keys.js";
import { setUpMargin } from "./margin.js";
import { setUpPicker } from "./picker.js";
import { Text } from "./text.js";

const LONGEST_SHOWN = 120;
const story = document.getElementById("story");
const form = document.getElementById("coder");
const messages = document.getElementById("messages");
const shownWords = document.getElementById("chosen-words");
const clearButton = document.getElementById("clear");
const text = new Text(story);
const picker = setUpPicker(form);
let chosen = null;

function choose(place) {
  chosen = place;
  const quote = place ? text.quote(place) : "";
  form.elements.start.value = place?.start ?? "";
  form.elements.end.value = place?.end ?? "";
  form.elements.quote.value = quote;
  shownWords.textContent = place ? shorten(quote) : "nothing yet";
  form.classList.toggle("sb-coder--chosen", Boolean(place));
  clearButton.hidden = !place;
  paint("sb-chosen", place ? text.ranges(place) : []);
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

function say(sentence) {
  const box = document.createElement("div");
  box.className = "sb-message sb-message--notice";
  const line = box.appendChild(document.createElement("p"));
  line.className = "sb-message__text";
  line.textContent = sentence;
  messages.replaceChildren(box);
}

function clear() {
  choose(null);
  getSelection().removeAllRanges();
}

// A selection is read a moment after it last moved, and kept when it goes away because
// something else was pressed; a plain click in the story lets it go.
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
  if (getSelection().isCollapsed && event.target.closest("[data-s]")) choose(null);
});
clearButton.addEventListener("click", () => {
  clear();
  story.focus({ preventScroll: true });
});

setUpKeys({ story, text, form, picker, choose, clear, chosen: () => chosen });
setUpMargin({ story, text, paint });

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
  if (event.target !== form || !event.detail.successful) return;
  const leave = form.contains(document.activeElement);
  clear();
  picker.clear();
  if (leave) story.focus({ preventScroll: true });
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { status, responseText } = detail.xhr;
  if (status < 400) return;
  const page = new DOMParser().parseFromString(responseText, "text/html");
  const sentence = page.querySelector(".sb-lede")?.textContent;
  if (sentence) say(sentence);
});
document.addEventListener("htmx:afterSettle", () => picker.show());

// The undo button of a message is a plain form; here it need not leave the page.
messages.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== story.dataset.undo) return;
  event.preventDefault();
  const values = { ...Object.fromEntries(new FormData(event.target)), story: story.dataset.story };
  story.focus({ preventScroll: true });
  htmx.ajax("POST", event.target.action, { source: story, values, swap: "none" });
});

// After an answer to a suggestion the page comes back here: open them again, at the next one.
const suggested = document.getElementById("suggested");
if (suggested && location.hash.startsWith("#suggestion")) {
  suggested.addEventListener("htmx:afterSettle", () => {
    const next = document.querySelector(location.hash) ?? suggested;
    next.focus();
    next.scrollIntoView();
  }, { once: true });
  suggested.open = true;
}

// Another part of the page says that it coded something: {start, end}.
document.addEventListener("coded", ({ detail }) => {
  const values = { start: detail.start, end: detail.end };
  htmx.ajax("GET", story.dataset.rows, { source: story, values, swap: "none" });
});
