/* On a participant's page: what is written is kept on this phone until the house has it, and sent
   again by itself, under the same id, when there is a connection. All of it works without this too.

   A draft stands under "storybank-seat:<seat>:<question>": {id, fields, waits, made_at}. */

const root = document.querySelector("[data-seat]");
const PREFIX = "storybank-seat:", OURS = `${PREFIX}${root?.dataset.seat}:`;
const KEPT = "Not connected. Your answer is kept on this phone. It goes by itself when you are connected.";
const GONE = "This phone is not in the workshop any more. Your words are still here.";
const FIRST = 2000, SLOWEST = 30000;
let wait = FIRST, timer = 0;
const sending = new Set();

const store = {
  works: (() => { try { localStorage.setItem(PREFIX, "1"); localStorage.removeItem(PREFIX); return true; } catch { return false; } })(),
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  put(key, draft) { try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* It was not there. */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
};

function say(words) {
  const status = document.querySelector("[data-poll-says]");
  if (!status) return;
  status.textContent = words;
  setTimeout(() => { if (status.textContent === words) status.textContent = ""; }, 15000);
}

const keyOf = (form) => OURS + form.dataset.answer;
const formOf = (key) => document.querySelector(`form[data-answer="${CSS.escape(key.slice(OURS.length))}"]`);

function fieldsOf(form) {
  const found = {};
  for (const one of form.elements) {
    if (!one.name || ["csrf_token", "id", "back", "keep"].includes(one.name)) continue;
    if ((one.type === "radio" || one.type === "checkbox") && !one.checked) continue;
    if (one.value !== "") found[one.name] = one.value;
  }
  return found;
}

function fill(form, fields) {
  for (const one of form.elements) {
    if (!one.name || ["csrf_token", "id", "back", "keep"].includes(one.name)) continue;
    if (one.type === "radio" || one.type === "checkbox") one.checked = fields[one.name] === one.value;
    else if (one.name in fields) one.value = fields[one.name];
  }
}

function begin(form) {
  form.querySelector(".sb-answer-form__keep")?.remove();
  form.began = JSON.stringify(fieldsOf(form));
  const kept = store.get(keyOf(form));
  if (kept?.fields) {
    fill(form, kept.fields);
    form.elements.id.value = kept.id;
    form.dataset.unsent = "";
  }
  form.addEventListener("input", () => { keep(form); count(form); });
  form.addEventListener("submit", (event) => submit(event, form));
  count(form);
}

/* What is written now, under an id that stays its own. */
function keep(form, waits = false) {
  const fields = fieldsOf(form);
  if (!waits && JSON.stringify(fields) === form.began) {
    delete form.dataset.unsent;
    store.drop(keyOf(form));
    return true;
  }
  form.dataset.unsent = "";
  return store.put(keyOf(form), { id: form.elements.id.value, fields, waits, made_at: new Date().toISOString() });
}

function submit(event, form) {
  if (event.submitter?.name === "keep" || !store.works) return;
  event.preventDefault();
  complain(form, "");
  if (keep(form, true)) send(keyOf(form));
  else form.submit();
}

async function send(key, again = false) {
  const draft = store.get(key);
  if (!draft?.waits || (sending.has(key) && !again)) return;
  sending.add(key);
  const form = formOf(key);
  if (form) busy(form, true);
  try {
    const answer = await fetch(`/seat/questions/${key.slice(OURS.length)}/answer`, {
      method: "POST", credentials: "same-origin", signal: AbortSignal.timeout(15000),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ ...draft.fields, id: draft.id, made_at: draft.made_at }),
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error("not now");
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (answer.ok && told) done(key, draft, told);
    else if (answer.status === 400 && !told && !again) { if (await freshToken()) await send(key, true); }
    else refused(key, draft, told?.error || GONE);
    wait = FIRST;
  } catch {
    const still = formOf(key);
    if (still) complain(still, KEPT);
    else say(KEPT);
    clearTimeout(timer);
    timer = setTimeout(sendAll, wait);
    wait = Math.min(wait * 2, SLOWEST);
  } finally {
    sending.delete(key);
    const now = formOf(key);
    if (now) busy(now, false);
  }
}

/* The house has it. What was typed meanwhile, after it was sent, stays. */
function done(key, draft, told) {
  const now = store.get(key), form = formOf(key);
  if (now && now.made_at !== draft.made_at) return;
  store.drop(key);
  say(told.says);
  if (!form) return;
  delete form.dataset.unsent;
  const part = form.closest("[data-part]");
  if (part) part.dataset.free = "";
  form.dispatchEvent(new CustomEvent("storybank:sent", { bubbles: true }));
}

function refused(key, draft, sentence) {
  store.put(key, { ...draft, waits: false });
  const form = formOf(key);
  if (form) complain(form, sentence);
  else say(sentence);
}

function complain(form, sentence) {
  const place = form.querySelector("[data-answer-says]");
  if (place) place.textContent = sentence;
}

function busy(form, yes) {
  const button = form.querySelector("button[type=submit]");
  if (button) button.setAttribute("aria-disabled", String(yes));
}

function token() { return document.querySelector("input[name=csrf_token]")?.value || ""; }

/* The token is as old as the page; another is on the page as it is now. */
async function freshToken() {
  const page = new DOMParser().parseFromString(await (await fetch("/seat/me", { cache: "no-store" })).text(), "text/html");
  const fresh = page.querySelector("input[name=csrf_token]")?.value;
  if (!fresh) return false;
  document.querySelectorAll("input[name=csrf_token]").forEach((one) => { one.value = fresh; });
  return true;
}

function sendAll() { for (const key of store.keys()) if (key.startsWith(OURS)) send(key); }

function count(form) {
  const words = form.querySelector("textarea[data-longest]"), left = form.querySelector("[data-left]");
  if (words && left) {
    const over = [...words.value].length - Number(words.dataset.longest);
    left.textContent = over > 0 ? `${over} ${over === 1 ? "letter" : "letters"} too many. Nothing is lost: make it shorter, then send.` : `${-over} ${over === -1 ? "letter" : "letters"} left.`;
    left.classList.toggle("sb-answer-form__over", over > 0);
  }
  const dots = form.querySelector("[data-dots]"), still = form.querySelector("[data-dots-left]");
  if (dots && still) {
    const used = [...dots.querySelectorAll("input")].reduce((sum, one) => sum + (Number(one.value) || 0), 0);
    const rest = Number(dots.dataset.dots) - used;
    still.textContent = rest < 0 ? `${-rest} too many. Take some away.` : `${rest} ${rest === 1 ? "dot" : "dots"} left.`;
  }
}

/* The time that is left, without a word to screen readers at each minute. */
function tick() {
  for (const one of document.querySelectorAll("[data-seconds-left]")) {
    one.ends ??= Date.now() + Number(one.dataset.secondsLeft) * 1000;
    const left = Math.max(0, Math.ceil((one.ends - Date.now()) / 1000)), whole = Math.round(left / 60);
    one.textContent = left === 0 ? "Time is up" : left < 60 ? "Less than 1 minute left" : `About ${whole} ${whole === 1 ? "minute" : "minutes"} left`;
  }
}

if (root) {
  for (const key of store.keys()) if (!key.startsWith(OURS)) store.drop(key);
  const start = (within) => within.querySelectorAll("form[data-answer]").forEach((form) => { if (!form.began) begin(form); });
  start(root);
  sendAll();
  root.addEventListener("storybank:swapped", (event) => { start(event.target); tick(); });
  root.addEventListener("storybank:connected", () => { wait = FIRST; sendAll(); });
  addEventListener("online", sendAll);
  setInterval(tick, 5000);
  document.querySelector(".sb-seat__fresh")?.remove();
}
