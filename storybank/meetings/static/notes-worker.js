/* Lets the note-taker's page open again without a connection. It looks after that page alone.

   The house answers every page with "no-store", so that a stop leaves no copy of a story behind.
   This keeps a copy all the same, of one page, and may do so because of what is not in it: its
   shell (".../notes/away") names the questions and groups, and holds no story words, no passage,
   no answer, nobody's name and no token; besides it, only files that are the same for everybody.
   Notes wait in the page's own storage until they are sent, never here. All of it goes when the
   workshop is closed or may not be seen any more, or when the note-taker is finished. */

const PAGE = new URL(self.registration.scope).pathname;
const KEPT = `storybank-notes ${PAGE}`;
const isFile = (url) => url.origin === location.origin && url.pathname.split("/").some((part) => part === "static" || part === "assets");

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep().catch(() => {}));
  if (event.data === "forget") event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (isFile(url)) event.respondWith(file(request));
});

/* The shell as it is now, and the files it names. */
async function keep() {
  const shell = await fetch(`${PAGE}/away`, { credentials: "same-origin", redirect: "error", cache: "no-store" });
  if (!shell.ok) throw new Error("not for this person");
  const html = await shell.clone().text(), kept = await caches.open(KEPT), named = new Set();
  for (const [, address] of html.matchAll(/(?:src|href|content)="(\/[^"]*)"/g)) {
    const url = new URL(address.replaceAll("&amp;", "&"), location.origin);
    if (isFile(url)) named.add(url.href);
  }
  await kept.put(PAGE, shell);
  await Promise.all([...named].map(async (url) => {
    if (await kept.match(url)) return;
    const answer = await fetch(url);
    if (answer.ok) await kept.put(url, answer);
  }));
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if ([403, 404, 410].includes(answer.status)) await forget();
    return answer;
  } catch (away) {
    const shell = await (await caches.open(KEPT)).match(PAGE);
    if (shell) return shell;
    throw away;
  }
}

async function file(request) {
  const kept = await caches.match(request, { cacheName: KEPT });
  if (kept) return kept;
  const answer = await fetch(request);
  // What is fetched by a file that is kept (a module's module) is kept with it.
  if (answer.ok && await caches.has(KEPT)) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

async function forget() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}
