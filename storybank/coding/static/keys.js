// The keys of the desk. All of them need the focus to be on the story; one switch turns them off.

// On a Mac, Ctrl with an arrow belongs to the desktop, and Option goes by words.
const MAC = navigator.platform.startsWith("Mac");

export function setUpKeys({
  story, text, form, picker, taken, offered, choose, clear, chosen, turn, help,
}) {
  let sentences = null;
  let anchor = null; // Where extending began: [start, end] in code points.
  let moving = null; // The sentence, word or paragraph moved to last.

  story.tabIndex = 0;
  story.setAttribute("aria-label", "The story. Arrow keys choose sentences, Enter goes to the codes.");
  story.addEventListener("focus", load, { once: true });

  function load() {
    sentences ??= fetch(story.dataset.sentences, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
      // Without the server's sentences, whole paragraphs will do.
      .catch(() => paragraphs());
    return sentences;
  }

  const paragraphs = () => text.blocks.map((block) => [block.start, block.end]);

  async function move(step, by, extend) {
    const all = by === "word" ? text.blocks.flatMap((block) => block.words())
      : by === "paragraph" ? paragraphs() : await load();
    if (!all.length) return;
    const now = chosen();
    if (!now || !moving || moving[0] < now.start || moving[1] > now.end) {
      anchor = moving = now && [now.start, now.end];
    }
    const next = moving ? beside(all, step, by, extend) : firstInView(all);
    if (!next) return;
    moving = next;
    if (!extend || !anchor) anchor = next;
    choose({ start: Math.min(anchor[0], next[0]), end: Math.max(anchor[1], next[1]) });
    bringIntoView(next);
  }

  function beside(all, step, by, extend) {
    if (step < 0) return all.findLast(([start]) => start < moving[0]);
    // From a sentence, the first step by words goes to its first word, or on from its end.
    const whole = by === "word"
      && !all.some(([start, end]) => start === moving[0] && end === moving[1]);
    const from = whole ? (extend ? moving[1] : moving[0]) : moving[0] + 1;
    return all.find(([start]) => start >= from);
  }

  function firstInView(all) {
    const seen = text.blocks.find((block) => block.element.getBoundingClientRect().bottom > 90);
    return all.find(([start]) => start >= (seen?.start ?? 0)) ?? all[0];
  }

  function bringIntoView([start, end]) {
    const [range] = text.ranges({ start, end });
    const box = range.getBoundingClientRect();
    const covered = getComputedStyle(form).position === "fixed" ? form.offsetHeight : 0;
    const floor = innerHeight - covered - 40;
    if (box.top < 80) scrollBy(0, box.top - 120);
    else if (box.bottom > floor) scrollBy(0, Math.min(box.bottom - floor + 40, box.top - 120));
  }

  // What the arrows and letters change: the suggestion in hand or, without one, the coding.
  const held = () => (offered.number() ? offered : taken);
  const LETTERS = {
    c: () => taken.next(1), C: () => taken.next(-1),
    b: () => held().startMoving("start"), e: () => held().startMoving("end"),
    g: () => offered.next(1), G: () => offered.next(-1), o: () => offered.choose(),
    y: () => offered.press("[data-yes]"), d: () => offered.press("[data-no]"),
    l: () => offered.press("[data-later]"),
    s: () => taken.split(), m: () => taken.press("[data-merge]"), x: () => taken.press("[data-off]"),
    f: () => taken.focus("select"), i: () => picker.about(chosen()), n: () => picker.newCode(),
    "?": help,
  };

  story.addEventListener("keydown", (event) => {
    if (event.target === story && handle(event)) event.preventDefault();
  });

  function handle(event) {
    const chord = event.ctrlKey || (MAC && event.metaKey);
    if (chord && !event.altKey && "zy".includes(event.key.toLowerCase())) {
      turn(event.shiftKey || event.key.toLowerCase() === "y" ? "redo" : "undo");
      return true;
    }
    if (event.metaKey || (event.altKey && !MAC)) return false;
    const far = event.ctrlKey || event.altKey;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
    if (step && sideways && held().moving() && !far) held().move(step);
    else if (step) move(step, far ? (sideways ? "word" : "paragraph") : "sentence", event.shiftKey);
    else if (event.key === "Enter" && chosen()) picker.focus();
    else if (event.key === "Escape" && held().moving()) held().stopMoving();
    else if (event.key === "Escape" && !chosen() && offered.number()) offered.putAway();
    else if (event.key === "Escape" && !chosen()) taken.letGo();
    else if (event.key === "Escape") clear();
    else if (!far && Object.hasOwn(LETTERS, event.key)) LETTERS[event.key]();
    else return false;
    return true;
  }

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.value) return;
    event.preventDefault();
    story.focus({ preventScroll: true });
  });
}
