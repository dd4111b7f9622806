// Runs on every attendee page before any Wasm, and in its head: before anything is painted. A
// constant: the page's policy allows it by its hash. What only a case needs is in attendee-keep.js.
(() => {
  const d = document, w = window, h = d.documentElement, id = i => d.getElementById(i);
  // The cover: a class decides what is painted, so there is never half of it. This tab remembers it.
  let store = {}, top = 0, at = -1e3;
  try { store = sessionStorage; } catch {}
  h.className = store.p || h.className;
  const name = () => { if (id("p")) d.title = id("p").children[h.className.length].textContent; };
  w.cover = on => {
    if (!h.className) top = w.scrollY;
    h.className = store.p = on;
    name();
    w.scrollTo(0, on ? 0 : top);
    id(on || "e").focus();
    d.dispatchEvent(new Event("cover"));
  };
  d.onclick = e => {
    if (e.target.closest("#e")) e.preventDefault(), cover("p");
    if (e.target.closest("#p h1")) {
      if (e.timeStamp - at < 1e3) cover("");
      at = e.timeStamp;
    }
  };
  d.onkeydown = e => {
    if (!e.repeat && e.key == "Enter" && e.target.matches("#p h1")) e.target.click();
  };
  // The policy that lets the server's own pages be put in place, and nothing else be made from text.
  // The one address of code that it makes is the worker's.
  const rules = { createHTML: s => s, createScriptURL: () => "/sw.js" };
  const policy = w.trustedTypes ? trustedTypes.createPolicy("sotto", rules) : rules;
  const put = (html, keepHead) => {
    const n = new DOMParser().parseFromString(policy.createHTML(html), "text/html"), r = n.documentElement;
    // The element stays: the live part counts it.
    n.querySelectorAll("noscript").forEach(e => e.textContent = "");
    n.querySelectorAll("script:not([type])").forEach(e => e.remove());
    h.lang = r.lang;
    h.dir = r.dir;
    if (!keepHead) d.head.replaceWith(n.head), w.scrollTo(0, 0);
    d.body.replaceWith(n.body);
    boot();
  };
  const send = (path, body) => {
    const stop = new AbortController(), t = setTimeout(() => stop.abort(), 1e4);
    return fetch(path, {
      method: body ? "POST" : "GET", body, signal: stop.signal, keepalive: true,
      headers: { Accept: "text/vnd.sotto" }
    }).finally(() => clearTimeout(t));
  };
  // What the outbox needs; it comes later, and is a file of its own.
  const own = w.sotto = { put, send, worker: () => policy.createScriptURL("") };
  // A tap before the outbox has come. What is not sent is tried again with the same key until it is.
  d.addEventListener("submit", e => {
    const form = e.target;
    if (form.id != "tap" || e.defaultPrevented) return;
    e.preventDefault();
    if (form.busy) return;
    form.busy = 1;
    const label = form.querySelector("b"), body = new URLSearchParams(new FormData(form)), by = e.submitter;
    if (by && by.name) body.set(by.name, by.value);
    label.textContent = form.dataset.sending;
    let wait = 500;
    own.tap = [form, body];
    const go = () => send(form.action, body).then(async r => {
      if (r.headers.get("x-sotto-key") != body.get("key")) throw 0;
      const html = await r.text();
      if (r.status >= 500) throw 0;
      if (!form.isConnected) return;
      history.replaceState(null, "", r.headers.get("x-sotto"));
      put(html);
    }).catch(() => {
      if (own.box) return;
      label.textContent = form.dataset.unsent;
      setTimeout(go, wait += wait / 2 + Math.random() * 500);
    });
    // The phone's own copy of this page has no key: the outbox gives it one.
    body.get("key") && go();
  });
  // Under another address each time: some browsers remember that a module could not be had.
  const load = u => import(u).catch(() => new Promise(r => setTimeout(() => r(load(u + "?")), 5e3)));
  const boot = () => {
    name();
    const m = d.querySelector("[data-js]"), s = id("say");
    if (s) s.hidden = false;
    d.dispatchEvent(new Event("case"));
    if (m && !own.live) {
      own.live = 1;
      if (m.dataset.keep) load(m.dataset.keep);
      load(m.dataset.js).then(g => g.default({ module_or_path: m.dataset.wasm })).catch(() => { own.live = 0; });
    }
  };
  d.addEventListener("DOMContentLoaded", () => {
    boot();
    // Ready's first picture goes first; a copy of it, and a case, cannot wait.
    const k = d.querySelector("#tap [name=key]");
    setTimeout(load, k && k.value ? 200 : 0, "/a/OUTBOX");
  });
})();
