// Places in the story, counted as the server counts them: Unicode code points, end exclusive.

const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/;
const known = new WeakMap();
const segmenter = (granularity) =>
  "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity }) : null;
const graphemes = segmenter("grapheme");
const words = segmenter("word");

// One paragraph: where it starts in the story, and its text.
class Block {
  constructor(element) {
    this.element = element;
    this.start = Number(element.dataset.s);
    this.text = element.textContent;
    this.paired = PAIR.test(this.text);
    this.end = this.start + this.points(this.text.length);
  }

  // Browsers count UTF-16 units; only a text with pairs has fewer code points than units.
  points(units) {
    return this.paired ? [...this.text.slice(0, units)].length : units;
  }

  units(points) {
    return this.paired ? [...this.text].slice(0, points).join("").length : points;
  }

  slice(start, end) {
    return this.text.slice(this.units(start - this.start), this.units(end - this.start));
  }

  // A range round one letter, by its place from the start of the paragraph.
  letter(point) {
    const range = document.createRange();
    const [node, at] = pointIn(this, point + 1);
    range.setStart(node, Math.max(0, at - 1));
    range.setEnd(node, at);
    return range;
  }

  // The unit at which the letter that holds this one begins, or ends.
  edge(unit, atEnd) {
    const whole = unit < this.text.length && graphemes?.segment(this.text).containing(unit);
    if (!whole || whole.index === unit) return unit;
    return atEnd ? whole.index + whole.segment.length : whole.index;
  }

  words() {
    this.wordPlaces ??= (words ? [...words.segment(this.text)].filter((one) => one.isWordLike)
      : [...this.text.matchAll(/\S+/g)].map((one) => ({ index: one.index, segment: one[0] })))
      .map(({ index, segment }) => [
        this.start + this.points(index), this.start + this.points(index + segment.length),
      ]);
    return this.wordPlaces;
  }
}

export class Text {
  constructor(story) {
    this.story = story;
  }

  // The paragraphs as they stand now: a changed one is another element.
  get blocks() {
    return Array.from(this.story.children, (row) => blockOf(row.firstElementChild));
  }

  // The blocks that [start, end) touches.
  within(start, end) {
    return this.blocks.filter((block) => block.start < end && block.end > start);
  }

  quote({ start, end }) {
    return this.within(start, end)
      .map((block) => block.slice(Math.max(start, block.start), Math.min(end, block.end)))
      .join("\n");
  }

  // DOM ranges for a place, one a block, so that nothing between blocks is painted.
  ranges({ start, end }) {
    return this.within(start, end).map((block) => {
      const range = document.createRange();
      range.setStart(...pointIn(block, Math.max(start, block.start) - block.start));
      range.setEnd(...pointIn(block, Math.min(end, block.end) - block.start));
      return range;
    });
  }

  // The place of what the browser has selected: clamped to the story, whole letters, no white
  // space at its ends. A triple click ends at the start of the next block: it ends before it.
  place(range) {
    const inside = this.blocks.filter((block) => range.intersectsNode(block.element));
    while (inside.length && startsAtEnd(inside[0], range)) inside.shift();
    while (inside.length && endsAtStart(inside.at(-1), range)) inside.pop();
    if (!inside.length) return null;
    const [first, last] = [inside[0], inside.at(-1)];
    let start = first.edge(offset(first, range.startContainer, range.startOffset, 0), false);
    let end = last.edge(offset(last, range.endContainer, range.endOffset, last.text.length), true);
    while (start < first.text.length && /\s/.test(first.text[start])) start += 1;
    while (end > 0 && /\s/.test(last.text[end - 1])) end -= 1;
    const place = { start: first.start + first.points(start), end: last.start + last.points(end) };
    return place.start < place.end ? place : null;
  }
}

export function blockOf(element) {
  if (!known.has(element)) known.set(element, new Block(element));
  return known.get(element);
}

function offset(block, node, at, otherwise) {
  if (!block.element.contains(node)) return otherwise;
  const before = document.createRange();
  before.setStart(block.element, 0);
  before.setEnd(node, at);
  return before.toString().length;
}

function endsAtStart(block, range) {
  return offset(block, range.endContainer, range.endOffset, 1) === 0;
}

function startsAtEnd(block, range) {
  const { length } = block.text;
  return offset(block, range.startContainer, range.startOffset, 0) === length;
}

function pointIn(block, points) {
  let left = block.units(points);
  const walker = document.createTreeWalker(block.element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return [block.element, block.element.childNodes.length];
}
