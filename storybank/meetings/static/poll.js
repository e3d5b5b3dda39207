/* Keeps parts of a page as they stand now: phones, the wall, the stage.

   <div data-poll="/seat/now" data-version="3-ab12cd34ef56">
     <section id="question" data-part data-tell="12" data-tell-words="A new question has come.">
   </div>

   Every two seconds it asks data-poll with ?v=<version>: 204 means that nothing is new; else the
   answer holds the same parts as the page, and X-Version. A part is put in by its id, and only
   where it differs; an answer without parts takes the place of all that is inside. While somebody
   is in a field or form, or has typed something not sent (form[data-unsent]), that part waits.
   A part with data-with="<id>" waits as long as that other part does; data-hold="7" on a part that
   waits asks for the rest of the page as it goes with that (?hold=7).
   Where data-tell is another, data-tell-words are said. A button [data-poll-pause] (hidden until
   now) stops and starts it. "storybank:swapped" goes out from each part that was put in. A script
   that has sent a form itself says "storybank:sent" from it; its part (data-free) then comes anew. */

const EVERY = 2000, SLOWEST = 30000, TOO_LONG = 10000, SEEN = 10000;
const AWAY = "Not connected. Trying again.", BACK = "Connected again.";
const WAITS = "Something new has come. It is shown when you have sent your words.";

class Poll {
  constructor(root) {
    this.root = root;
    this.wait = EVERY;
    this.failed = this.paused = false;
    this.last = new Map();
    this.held = new Map();
    for (const part of this.parts(root)) this.last.set(part.id, plain(part));
    this.status = saysIn(root);
    document.addEventListener("visibilitychange", () => document.hidden ? this.stop() : this.soon());
    addEventListener("online", () => this.soon());
    root.addEventListener("focusout", () => setTimeout(() => this.putHeld(), 50));
    root.addEventListener("storybank:sent", () => { root.dataset.version = ""; this.held.clear(); this.soon(); });
    this.button();
    this.later();
  }

  parts(within) { return within.querySelectorAll("[data-part][id]"); }

  stop() { clearTimeout(this.timer); }

  later() {
    this.stop();
    if (!this.paused && !document.hidden) {
      this.timer = setTimeout(() => this.ask(), this.wait * (0.8 + 0.4 * Math.random()));
    }
  }

  soon() {
    this.wait = EVERY;
    this.stop();
    if (!this.paused && !document.hidden) this.timer = setTimeout(() => this.ask(), 50);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    try {
      const url = new URL(this.root.dataset.poll, location.href);
      url.searchParams.set("v", this.root.dataset.version || "");
      const held = [...this.root.querySelectorAll("[data-part][data-hold]")].find(inHand);
      if (held) url.searchParams.set("hold", held.dataset.hold);
      const answer = await fetch(url, {
        cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(TOO_LONG),
        headers: { "X-Requested-With": "poll" },
      });
      // Whoever may not be here any more is led elsewhere, as a page would lead them.
      if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) {
        location.reload();
        return;
      }
      if (answer.status === 200) {
        this.take(await answer.text());
        this.root.dataset.version = answer.headers.get("X-Version") || "";
      } else if (answer.status !== 204) {
        throw new Error("not now");
      }
      this.connected(true);
    } catch {
      this.connected(false);
    } finally {
      this.asking = false;
      this.later();
    }
  }

  connected(yes) {
    if (!yes) {
      this.wait = Math.min(this.wait * 2, SLOWEST);
      this.failed = true;
      say(this.status, AWAY);
    } else {
      this.wait = EVERY;
      if (this.failed) say(this.status, BACK, true);
      if (this.failed) this.root.dispatchEvent(new CustomEvent("storybank:connected", { bubbles: true }));
      this.failed = false;
    }
  }

  take(html) {
    const came = new DOMParser().parseFromString(html, "text/html").body;
    const parts = [...this.parts(came)];
    if (!parts.length) {
      if (inHand(this.root)) this.held.set("", came);
      else this.putAll(came);
      return;
    }
    for (const part of parts) this.offer(part);
  }

  offer(part) {
    const here = document.getElementById(part.id), now = plain(part);
    if (!here || !this.root.contains(here)) return;
    if (this.last.get(part.id) === now) {
      this.held.delete(part.id);
      delete here.dataset.free;
      return;
    }
    if (waits(here)) {
      this.held.set(part.id, part);
      if (part.dataset.tell !== here.dataset.tell) this.announce(true);
      return;
    }
    this.put(here, part, now);
  }

  /* Something new waits behind what is being written: [data-poll-held] says so, with a way to it. */
  announce(yes) {
    const notice = document.querySelector("[data-poll-held]");
    if (notice && notice.hidden === yes) notice.hidden = !yes;
    if (yes) say(this.status, WAITS);
    else if (this.status.textContent === WAITS) say(this.status, "");
  }

  putHeld() {
    for (const [id, part] of [...this.held]) {
      const here = id ? document.getElementById(id) : this.root;
      if (!here || waits(here)) continue;
      this.held.delete(id);
      // What came meanwhile went with what was held: ask for all of it again.
      this.root.dataset.version = "";
      this.soon();
      if (id) this.put(here, part, plain(part));
      else this.putAll(part);
    }
  }

  put(here, part, now) {
    const before = remember(here), told = here.dataset.tell;
    const fresh = document.importNode(part, true);
    here.replaceWith(fresh);
    this.last.set(part.id, now);
    if (!this.held.size) this.announce(false);
    restore(fresh, before);
    if (fresh.dataset.tell !== told && fresh.dataset.tellWords) say(this.status, fresh.dataset.tellWords, true);
    this.swapped(fresh);
  }

  putAll(came) {
    const before = remember(this.root);
    this.root.replaceChildren(...[...came.childNodes].map((node) => document.importNode(node, true)));
    restore(this.root, before);
    this.swapped(this.root);
  }

  swapped(element) {
    globalThis.htmx?.process(element);
    element.dispatchEvent(new CustomEvent("storybank:swapped", { bubbles: true }));
  }

  button() {
    const button = document.querySelector("[data-poll-pause]");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      this.paused = !this.paused;
      button.setAttribute("aria-pressed", String(this.paused));
      if (this.paused) this.stop(); else this.soon();
    });
  }
}

/* What a part says, without what is new in each answer: tokens and numbers for the next sending. */
function plain(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("input[name=csrf_token], input[data-fresh]").forEach((one) => one.removeAttribute("value"));
  return copy.outerHTML;
}

function inHand(part) {
  if (part.dataset.free !== undefined) return false;
  const at = document.activeElement;
  const inside = at && at !== document.body && part.contains(at) && at.closest("form, input, select, textarea, [contenteditable]");
  return Boolean(inside) || unsent(part);
}

function waits(part) {
  const other = part.dataset.with && document.getElementById(part.dataset.with);
  return inHand(part) || Boolean(other && inHand(other));
}

function unsent(part) { return Boolean(part.querySelector("form[data-unsent]")); }

/* What somebody has opened stays open, and where they are they stay. */
function remember(part) {
  const at = document.activeElement;
  return {
    open: [...part.querySelectorAll("details[id][open]")].map((one) => one.id),
    focus: at && part.contains(at) ? at.id : "",
  };
}

function restore(part, before) {
  for (const id of before.open) {
    const one = part.querySelector(`details[id="${CSS.escape(id)}"]`);
    if (one) one.open = true;
  }
  if (before.focus) document.getElementById(before.focus)?.focus({ preventScroll: true });
}

function saysIn(root) {
  const there = document.querySelector("[data-poll-says]");
  if (there) return there;
  const status = document.createElement("p");
  status.className = "sb-poll-says";
  status.setAttribute("role", "status");
  root.before(status);
  return status;
}

/* Said once, and read by screen readers; what passes is taken away when there was time to see it. */
function say(status, words, passes = false) {
  if (status.textContent !== words) status.textContent = words;
  if (passes) setTimeout(() => { if (status.textContent === words) status.textContent = ""; }, SEEN);
}

document.querySelectorAll("[data-poll]").forEach((root) => new Poll(root));
