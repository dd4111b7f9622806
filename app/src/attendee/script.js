// Runs on every attendee page before any Wasm. A constant: the page's policy allows it by its hash.
(() => {
  const d = document, w = window;
  // The policy that lets the server's own pages be put in place, and nothing else be made from text.
  // The one address of code that it makes is the worker's.
  const rules = { createHTML: s => s, createScriptURL: () => "/sw.js" };
  const policy = w.trustedTypes ? trustedTypes.createPolicy("sotto", rules) : rules;
  const put = (html, keepHead) => {
    const n = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
    n.querySelectorAll("noscript").forEach(e => e.textContent = "");
    n.querySelectorAll("script:not([type])").forEach(e => e.remove());
    d.documentElement.lang = n.documentElement.lang;
    d.documentElement.dir = n.documentElement.dir;
    keepHead || d.head.replaceWith(n.head);
    d.body.replaceWith(n.body);
    keepHead || w.scrollTo(0, 0);
    boot();
  };
  const send = (path, body, left = 1e4) => {
    const stop = new AbortController(), t = setTimeout(() => stop.abort(), left);
    return fetch(path, {
      method: body ? "POST" : "GET", body, signal: stop.signal, cache: "no-store", keepalive: !!body,
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
    if (form.dataset.busy) return;
    form.dataset.busy = 1;
    const label = form.querySelector("b"), body = new URLSearchParams(new FormData(form)), by = e.submitter;
    if (by && by.name) body.set(by.name, by.value);
    // The phone's own copy of this page has no key.
    body.get("key") || body.set("key", crypto.randomUUID().replaceAll("-", ""));
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
    go();
  });
  // Until the live part reports in, the case page asks for itself.
  let since = 0;
  const ask = () => {
    const m = d.getElementById("live");
    const typed = d.getElementById("text");
    // A page put in place would take the words from under the finger.
    if (!m || m.dataset.on || d.hidden || (typed && typed.value && typed == d.activeElement)) return;
    const say = m.querySelector("[role=status]");
    const doubt = t => { if (say) { say.hidden = !t; say.textContent = t; } };
    if (Date.now() - since > 2e4) doubt(m.dataset.checking);
    const f = d.getElementById("again");
    const q = new URLSearchParams(new FormData(f));
    (f.method == "post" ? send(f.action, q) : send(f.action + "?" + q)).then(async r => {
      if (!r.headers.get("x-sotto")) throw 0;
      const html = await r.text();
      if (m.dataset.on) return;
      since = Date.now();
      put(html, 1);
    }).catch(() => doubt(m.dataset.offline));
  };
  d.addEventListener("visibilitychange", ask);
  setInterval(ask, 1e4);
  const boot = () => {
    since = Date.now();
    const m = d.querySelector("[data-js]"), s = d.getElementById("say");
    if (s) s.hidden = false;
    d.dispatchEvent(new Event("case"));
    if (m && !own.live) {
      own.live = 1;
      if (m.dataset.keep) import(m.dataset.keep);
      import(m.dataset.js).then(g => g.default({ module_or_path: m.dataset.wasm })).catch(() => { own.live = 0; });
    }
  };
  boot();
  // The first picture goes first; a copy cannot wait.
  const k = d.querySelector("#tap [name=key]");
  setTimeout(() => import("/a/OUTBOX").catch(() => {}), k && !k.value ? 0 : 200);
})();
