// A recording followed by its words: a time or a paragraph leads there, and what is said is marked.

const sound = document.getElementById("sound");
const heard = document.getElementById("heard");
const tools = document.getElementById("player-tools");
const follow = document.getElementById("follow");

/** When a part of the page begins to be said, in seconds. */
const seconds = (part) => Number(part.dataset.at);

function play(at) {
  sound.currentTime = at;
  // A browser may refuse to play by itself; the place is found all the same.
  sound.play().catch(() => {});
}

/** The last of these parts that has begun by now; they stand in the order of the page. */
function said(parts, now) {
  let found = null;
  for (const part of parts) if (seconds(part) <= now + 0.05 && (!found || seconds(part) >= seconds(found))) found = part;
  return found;
}

function begin() {
  const lines = [...heard.querySelectorAll(".sb-heard__line[data-at]")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let line = null;
  let piece = null;

  function mark() {
    const now = sound.currentTime;
    const begun = now > 0 || !sound.paused;
    const next = begun ? said(lines, now) : null;
    const part = next ? said(next.querySelectorAll("span[data-at]"), now) : null;
    if (next !== line) {
      line?.removeAttribute("aria-current");
      next?.setAttribute("aria-current", "true");
      if (next && follow.checked && !sound.paused) next.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
      line = next;
    }
    if (part !== piece) {
      piece?.classList.remove("is-said");
      part?.classList.add("is-said");
      piece = part;
    }
  }

  sound.addEventListener("timeupdate", mark);
  sound.addEventListener("seeked", mark);

  heard.addEventListener("click", (event) => {
    const link = event.target.closest(".sb-heard__time");
    if (link) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      play(seconds(link.parentElement));
      return;
    }
    // Whoever selects words does not want to hear them.
    if (!getSelection().isCollapsed) return;
    const part = event.target.closest("[data-at]");
    if (part) play(seconds(part));
  });

  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const skip = event.target.closest("[data-skip]")?.dataset.skip;
    if (skip) sound.currentTime = Math.max(0, sound.currentTime + Number(skip));
  });
  document.getElementById("speed").addEventListener("change", (event) => {
    sound.playbackRate = Number(event.target.value);
  });
}

if (sound && heard) begin();
