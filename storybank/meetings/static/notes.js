/* The note-taker's page: a note is kept on this device first, and sent as soon as it can be.

   Each note has an id made here. It stays in the queue until the house has answered that it is
   kept; sent twice, it is kept once. Then its words leave this device. */

const root = document.querySelector("[data-notes]");
const at = root.dataset;
const QUEUE = `storybank-notes ${at.workshop}`, WHO = `${QUEUE} who`;
const FIRST = 1000, SLOWEST = 60000, LOOK = 5000, AT_ONCE = 20, TOO_LONG = 15000;
const one = (selector, within = root) => within.querySelector(selector);
const form = one("[data-write]"), choose = one("[data-choose]"), list = one("[data-list]");
const several = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

let kept = [], token = "", version = "", wait = FIRST, timer = 0, busy = false, stopped = false;
let changing = null, plan = at.plan, closed = at.closed === "yes", sent = 0, moved = false;

/* Which account wrote a note: one person's notes are never sent as another's. */
if (at.who) store(WHO, at.who);
const who = () => at.who || localStorage.getItem(WHO) || "";

function queue() {
  try { return JSON.parse(localStorage.getItem(QUEUE)) || []; } catch { return []; }
}

function store(key, value) {
  try {
    localStorage.setItem(key, typeof value === "string" ? value : JSON.stringify(value));
    return true;
  } catch {
    says("This device has no room to keep notes. Send what waits, or use paper.");
    return false;
  }
}

/* Every change reads what is there now: another tab may have changed it. */
function change(id, how) {
  const notes = queue(), place = notes.findIndex((note) => note.id === id);
  const next = how(place < 0 ? null : notes[place]);
  if (place < 0 && next) notes.push(next);
  else if (place >= 0 && next) notes[place] = next;
  else if (place >= 0) notes.splice(place, 1);
  return store(QUEUE, notes);
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function says(words, good = false) {
  const status = one("[data-says]");
  status.toggleAttribute("data-good", good);
  if (status.textContent !== words) status.textContent = words;
}

/* ---- Writing ---- */

function written() {
  const data = new FormData(form), n = data.get("prompt"), choices = {};
  for (const [name, value] of data) {
    const option = name.startsWith(`choice-${n}-`) && name.slice(`choice-${n}-`.length);
    if (option && value.trim()) choices[option] = /^\d{1,3}$/.test(value.trim()) ? Number(value) : -1;
  }
  return {
    id: changing || newId(), prompt: Number(n), group: Number(data.get("group")) || null,
    text: data.get("text"), stance: data.get(`stance-${n}`), value: Number(data.get(`value-${n}`)) || null,
    choices: Object.keys(choices).length ? choices : null, captured: data.get("captured"),
    verbatim: data.get("verbatim") !== "no", may_quote: data.get("may_quote") === "yes",
    made_at: Date.now(), by: who(),
  };
}

function keepNote(event) {
  event.preventDefault();
  const note = written();
  if (!note.text.trim() && !note.stance && !note.value && !note.choices) {
    says("Write what was said first.");
    one("#text").focus();
    return;
  }
  // The house would refuse these, and much later: whoever said it may be gone by then.
  const kind = one(`[data-for="${note.prompt}"]`)?.dataset.kind;
  const lacks = kind === "same" && !note.stance ? "Choose first: the same, different, or they add something."
    : kind === "scale" && !note.value ? "Choose a number from 1 to 5 first." : "";
  if (lacks) {
    says(lacks);
    one(`[data-for="${note.prompt}"] input`).focus();
    return;
  }
  const known = kept.some((one) => one.id === note.id);
  if (!change(note.id, (before) => ({ ...note, made_at: before?.made_at || note.made_at, tried: before?.tried || known }))) return;
  says(changing ? "Your change is kept on this device." : "Kept on this device.", true);
  empty();
  draw();
  send();
}

function empty() {
  changing = null;
  one("#text").value = "";
  for (const field of form.querySelectorAll("[data-for] input")) {
    if (field.type === "radio") field.checked = false; else field.value = "";
  }
  form.elements.may_quote.checked = false;
  one("[data-keep]").textContent = "Keep this note";
  one("[data-cancel]").hidden = true;
  one("#text").focus();
}

function load(note) {
  changing = note.id;
  choose.elements.prompt.value = note.prompt;
  show(note.prompt);
  if (form.elements.group && note.group) form.elements.group.value = note.group;
  one("#text").value = note.text;
  const pick = (name, value) => {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) field.checked = field.value === String(value);
  };
  pick("verbatim", note.verbatim ? "yes" : "no");
  pick("captured", note.captured);
  pick(`stance-${note.prompt}`, note.stance);
  pick(`value-${note.prompt}`, note.value);
  for (const [n, value] of Object.entries(note.choices || {})) {
    const field = form.elements[`choice-${note.prompt}-${n}`];
    if (field) field.value = value;
  }
  form.elements.may_quote.checked = note.may_quote;
  one("[data-keep]").textContent = "Save the change";
  one("[data-cancel]").hidden = false;
  one("#text").focus();
}

/* Only what the chosen question asks is there to be filled in. */
function show(prompt) {
  form.elements.prompt.value = prompt;
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = part.dataset.for !== String(prompt);
  }
}

/* ---- Sending ---- */

async function ask(address, options = {}) {
  const answer = await fetch(address, {
    credentials: "same-origin", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(TOO_LONG), ...options,
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Stop("signed out");
  return answer;
}

class Stop extends Error {}

const alone = (work) => navigator.locks ? navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => lock && work()) : work();

async function send() {
  clearTimeout(timer);
  if (busy || stopped) return;
  busy = true;
  try {
    await alone(async () => {
      if (!token) await look();
      for (let notes = sendable(); notes.length; notes = sendable()) await sendSome(notes.slice(0, AT_ONCE));
      await look();
    });
    wait = FIRST;
    const status = one("[data-says]");
    if (sent) says(sent === 1 ? "Sent: your note is kept." : `Sent: ${sent} notes are kept.`, true);
    else if (!status.hasAttribute("data-good") && !moved) says("");
    sent = 0;
    done();
  } catch (trouble) {
    wait = Math.min(wait * 2, SLOWEST);
    token = "";
    troubled(trouble);
  } finally {
    busy = false;
    draw();
    const pause = sendable().length || wait > FIRST ? wait : LOOK;
    timer = setTimeout(send, pause * (0.8 + 0.4 * Math.random()));
  }
}

const mineToSend = (note) => !note.refused && note.by === who();
const sendable = () => queue().filter(mineToSend);

async function sendSome(notes) {
  for (const note of notes) change(note.id, (now) => now && { ...now, tried: true });
  const post = () => ask(at.send, {
    method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ entries: notes.map(({ by, tried, refused, ...note }) => note) }),
  });
  let answer = await post();
  if (answer.status === 400) {
    version = "";
    await look();
    answer = await post();
  }
  if (answer.status === 409 || answer.status === 422) throw new Stop((await answer.json()).sentence);
  if (answer.status === 403 || answer.status === 404) throw new Stop("gone");
  if (!answer.ok) throw new Error("not now");
  const { results } = await answer.json();
  notes.forEach((note, number) => {
    const result = results[number];
    if (result.state !== "refused" && !note.taken_back) sent += 1;
    change(note.id, (now) => {
      if (now && result.state === "refused") return { ...now, refused: result.sentence };
      // Changed while it was on its way: that change is sent next.
      const same = now && JSON.stringify({ ...now, tried: 0 }) === JSON.stringify({ ...note, tried: 0 });
      return same ? null : now;
    });
  });
  version = "";
}

/* What the house has of this person's, and a token to send with. */
async function look() {
  const url = new URL(at.mine, location.href);
  if (version && token) url.searchParams.set("v", version);
  const answer = await ask(url);
  if (answer.status === 204) return;
  if (answer.status === 403 || answer.status === 404) throw new Stop("gone");
  if (!answer.ok) throw new Error("not now");
  const here = await answer.json();
  ({ token, version, closed } = here);
  at.who = String(here.who);
  store(WHO, at.who);
  kept = here.notes;
  if (here.plan !== plan) {
    plan = here.plan;
    moved = true;
    says("The questions or groups have changed. Load the page again when you have sent your words.");
  }
}

function troubled(trouble) {
  const waiting = queue().length;
  const left = waiting ? ` ${several(waiting, "note")} ${waiting === 1 ? "waits" : "wait"} on this device.` : "";
  if (!(trouble instanceof Stop)) { says(`Not connected. Trying again.${left}`); return; }
  if (trouble.message === "signed out") {
    says(`You are signed out.${left} `);
    const link = document.createElement("a");
    link.href = at.signIn;
    link.textContent = "Sign in to send them";
    one("[data-says]").append(link);
  } else if (trouble.message === "gone") says(`You do not run this workshop any more.${left}`);
  else says(`${trouble.message}${left}`);
}

/* ---- The list ---- */

function draw() {
  const notes = queue(), waiting = new Map(notes.map((note) => [note.id, note]));
  const all = [...notes.slice().reverse(), ...kept.filter((note) => !waiting.has(note.id))];
  const row = one("[data-row]");
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const stay = focused && [focused.closest("li").dataset.id, focused.dataset.do];
  list.replaceChildren(...all.map((note, number) => {
    const line = row.content.firstElementChild.cloneNode(true), here = waiting.has(note.id);
    const state = one(".sbn-state", line), hidden = !here && note.state === "hidden";
    line.dataset.id = note.id;
    one(".sbn-words", line).textContent = note.text || "No words";
    state.textContent = here ? standing(note) : note.says;
    state.classList.add(`sbn-state--${here ? note.refused ? "refused" : "waits" : note.state}`);
    one(".sbn-about", line).textContent = about(note.prompt);
    for (const button of line.querySelectorAll("[data-do]")) {
      const what = button.dataset.do;
      button.hidden = what === "again" ? !hidden : hidden || (what === "change" && !form);
      button.setAttribute("aria-label", `${button.textContent} note ${number + 1}`);
      button.addEventListener("click", () => act(what, note, here));
    }
    return line;
  }));
  if (stay) list.querySelector(`li[data-id="${CSS.escape(stay[0])}"] [data-do="${stay[1]}"]`)?.focus();
  one("[data-none]").hidden = all.length > 0;
}

function standing(note) {
  if (note.refused) return note.refused;
  if (note.by !== who()) return "Written by somebody else on this device. It is sent when they sign in.";
  return note.taken_back ? "Waiting to be taken back" : "Waiting to send";
}

function about(prompt) {
  const words = choose?.querySelector(`option[value="${prompt}"]`)?.textContent || "";
  return words.length > 60 ? `${words.slice(0, 59)}\u2026` : words;
}

async function act(what, note, here) {
  if (what === "change") { load(note); return; }
  if (here) {
    // What was never sent is gone from here; what may have arrived is hidden there.
    change(note.id, (now) => now && now.tried && !now.refused ? { ...now, taken_back: true } : null);
    says("Taken back.", true);
    draw();
    send();
    return;
  }
  try {
    if (!token) await look();
    const body = new URLSearchParams({ csrf_token: token, ids: note.id });
    await fetch(what === "back" ? at.back : at.again, {
      method: "POST", body, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(TOO_LONG),
    });
    version = "";
    await look();
    says(what === "back" ? "Taken back." : "Put back.", true);
  } catch (trouble) { troubled(trouble); }
  draw();
}

/* ---- This device ---- */

async function prepare() {
  const box = one("[data-device]"), ready = one("[data-ready]");
  box.hidden = false;
  if (!("serviceWorker" in navigator)) {
    ready.textContent = "Leave this page open while you have no connection: your notes wait here.";
    return;
  }
  try {
    const there = await navigator.serviceWorker.register(at.worker, { scope: at.page });
    there.active?.postMessage("keep");
    await navigator.serviceWorker.ready;
    ready.textContent = "This page also opens without a connection, and keeps your notes until they are sent.";
    root.dataset.ready = "yes";
  } catch {
    ready.textContent = "Leave this page open while you have no connection: your notes wait here.";
  }
}

async function forget() {
  stopped = true;
  clearTimeout(timer);
  localStorage.removeItem(QUEUE);
  localStorage.removeItem(WHO);
  const there = await navigator.serviceWorker?.getRegistration(at.page);
  await caches?.delete(`storybank-notes ${at.page}`);
  await there?.unregister();
}

/* A workshop that is over needs this device no more, once all is sent. */
function done() {
  if (closed && !queue().length) forget();
}

async function finish(anyway) {
  const left = queue().length;
  if (left && !anyway) {
    one("[data-left]").textContent = `${several(left, "note")} ${left === 1 ? "is" : "are"} not sent yet.`;
    one("[data-sure]").hidden = false;
    one("[data-stay]").focus();
    return;
  }
  await forget();
  location.assign(at.hub);
}

one("[data-finish]").addEventListener("click", () => finish(false));
one("[data-finish-anyway]").addEventListener("click", () => finish(true));
one("[data-stay]").addEventListener("click", () => { one("[data-sure]").hidden = true; one("[data-finish]").focus(); });
if (form) {
  one("[data-plain]").hidden = true;
  choose.addEventListener("submit", (event) => event.preventDefault());
  choose.elements.prompt.addEventListener("change", (event) => show(event.target.value));
  form.addEventListener("submit", keepNote);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  one("[data-cancel]").addEventListener("click", empty);
  const editing = new URL(location.href).searchParams.get("edit");
  if (editing) changing = editing;
}
addEventListener("online", () => { wait = FIRST; send(); });
addEventListener("storage", (event) => { if (event.key === QUEUE) draw(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
send();
prepare();
