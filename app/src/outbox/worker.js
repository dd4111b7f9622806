// The attendee's service worker: opens Ready without a network, and delivers what waits when the
// browser wakes it. Law: it keeps nothing of a case.
const OPEN_MS = 4000;

self.addEventListener("install", event => {
  self.skipWaiting();
  event.waitUntil(Promise.all([...SHELL.pages, ...SHELL.first].map(path => store(path).catch(() => {}))));
});

self.addEventListener("activate", event => event.waitUntil(Promise.all([
  tidy(),
  // The network is asked while the worker starts.
  self.registration.navigationPreload && self.registration.navigationPreload.enable()
])));

// The page's language may be another than the browser's. The rest comes when nobody waits for anything.
self.addEventListener("message", event => event.waitUntil((async () => {
  const lang = String(event.data && event.data.lang), cache = await caches.open(CACHE);
  for (const path of /^[a-z]{2}(-[a-z]+)?$/i.test(lang) ? SHELL.pages : []) {
    const found = await cache.match(path, { ignoreVary: true });
    if (found && found.headers.get("content-language") != lang) await store(path + "?l=" + lang, path).catch(() => {});
  }
  for (const path of SHELL.later) if (!await cache.match(path)) await store(path).catch(() => {});
})()));

const fromCopy = async path => (await caches.match(path, { ignoreVary: true })) || (await caches.match("/page", { ignoreVary: true }));

// A page from the network; from the copy when nobody answers. Ready is as good from the copy as late;
// a case is waited for.
const visited = async event => {
  const path = new URL(event.request.url).pathname;
  const kept = await fromCopy(SHELL.pages.includes(path) ? path : "/page");
  const asked = (async () => (await event.preloadResponse) || fetch(event.request))();
  if (!kept) return asked;
  const late = new Promise(done => /^\/(\w{6})?$/.test(path) && setTimeout(done, OPEN_MS));
  return (await Promise.race([asked.catch(() => {}), late])) || kept;
};

// A form that the page could not catch, and nobody answers: kept, then Ready, which says so.
const COMMANDS = ["/alert", "/undo", "/safe", "/ok", "/nobody", "/reopen", "/place", "/answer", "/how", "/known",
  "/whom", "/works", "/phrase", "/message"];
const posted = async request => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (error) {
    const body = await copy.arrayBuffer(), fields = new URLSearchParams(new TextDecoder().decode(body));
    const key = fields.get("key"), page = await fromCopy("/page");
    if (!key || !page) throw error;
    if (!await keep(itemOf(key, new URL(request.url).pathname, "application/x-www-form-urlencoded", body))) throw error;
    return page;
  }
};

self.addEventListener("fetch", event => {
  const { request } = event, url = new URL(request.url);
  if (url.origin != location.origin) return;
  if (request.method == "GET" && isFile(url.pathname)) event.respondWith(file(request));
  else if (request.mode != "navigate") return;
  else if (request.method == "GET") event.respondWith(visited(event));
  else if (COMMANDS.includes(url.pathname)) event.respondWith(posted(request));
});
