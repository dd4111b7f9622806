// Runs on every attendee page before any Wasm, and in its head: before anything is painted. A
// constant: the page's policy allows it by its hash.
(() => {
  const d = document, w = window, h = d.documentElement;
  const kept = f => { try { return f(sessionStorage); } catch {} };
  // The cover: a class decides what is painted, so there is never half of it. This tab remembers it.
  const name = () => {
    const p = d.getElementById("p");
    if (p) d.title = p.children[h.className ? 1 : 0].textContent;
  };
  let top = 0;
  const hide = () => {
    if (!h.className) top = w.scrollY;
    h.className = "p";
  };
  const cover = on => {
    if (on) hide(); else h.className = "";
    kept(s => on ? s.p = 1 : s.removeItem("p"));
    name();
    w.scrollTo(0, on ? 0 : top);
    d.getElementById(on ? "p" : "e").focus({ preventScroll: true });
    d.dispatchEvent(new Event("cover"));
  };
  if (kept(s => s.p)) h.className = "p";
  // *Back* to a page of a case, unless from another page of it: somebody else may hold the phone now.
  const back = () => "c" in h.dataset && !/\/[a-z]+(\?|$)/.test((w.navigation && navigation.activation && navigation.activation.from || {}).url);
  const entry = performance.getEntriesByType("navigation")[0];
  if (entry && entry.type == "back_forward" && back()) kept(s => s.p = 1), hide();
  // A page that the browser keeps is kept covered.
  w.addEventListener("pagehide", hide);
  w.addEventListener("pageshow", e => { e.persisted && cover(kept(s => s.p) || back()); });
  let kind, times, at;
  const again = (k, e) => {
    times = k == kind && e.timeStamp - at < 1e3 ? times + 1 : 1;
    kind = k;
    at = e.timeStamp;
    return times;
  };
  d.addEventListener("click", e => {
    if (e.target.closest("#e")) e.preventDefault(), cover(1);
    if (e.target.closest("#p h1") && again("", e) == 2) cover();
  });
  d.addEventListener("keydown", e => {
    const n = e.repeat ? 0 : again(e.key, e);
    if (e.key == "Shift" && n == 3) cover(1);
    if (e.key == "Enter" && n == 2 && e.target.matches("#p h1")) cover();
  });
  // The policy that lets the server's own pages be put in place, and nothing else be made from text.
  const policy = w.trustedTypes ? trustedTypes.createPolicy("sotto", { createHTML: s => s }) : { createHTML: s => s };
  const put = (html, keepHead) => {
    const n = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
    n.querySelectorAll("noscript").forEach(e => e.textContent = "");
    n.querySelectorAll("script:not([type])").forEach(e => e.remove());
    h.lang = n.documentElement.lang;
    h.dir = n.documentElement.dir;
    h.toggleAttribute("data-c", "c" in n.documentElement.dataset);
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
  // The tap. What is not sent is tried again with the same key until it is.
  d.addEventListener("submit", e => {
    const form = e.target;
    if (form.id != "tap") return;
    e.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 1;
    const label = form.querySelector("b"), body = new URLSearchParams(new FormData(form)), by = e.submitter;
    if (by && by.name) body.set(by.name, by.value);
    label.textContent = form.dataset.sending;
    let wait = 500;
    const go = () => send(form.action, body).then(async r => {
      if (!r.headers.get("x-sotto")) throw 0;
      const html = await r.text();
      if (r.status >= 500) throw 0;
      history.replaceState(null, "", r.headers.get("x-sotto"));
      put(html);
    }).catch(() => {
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
    name();
    const m = d.querySelector("[data-js]"), s = d.getElementById("say");
    if (s) s.hidden = false;
    d.dispatchEvent(new Event("case"));
    if (m && !w.sotto) {
      w.sotto = 1;
      if (m.dataset.keep) import(m.dataset.keep);
      import(m.dataset.js).then(g => g.default({ module_or_path: m.dataset.wasm })).catch(() => { w.sotto = 0; });
    }
  };
  d.addEventListener("DOMContentLoaded", boot);
})();
