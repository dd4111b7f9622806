// The attendee's page: every form of a case goes through the outbox, also a first tap that this
// script came too late for. Law: without this script every form still works by itself.
const page = document;
const shared = window.sotto;
const COMMANDS = ["/alert", "/undo", "/safe", "/ok", "/nobody", "/reopen", "/place", "/answer", "/how", "/known",
  "/whom", "/works", "/phrase", "/message"];
const FORM = "application/x-www-form-urlencoded";
// The forms of this page by the key under which they were sent.
const forms = new Map();
const live = () => page.getElementById("live");
const tap = () => page.getElementById("tap");
// `WORDS` is written before this by the server: what is said in every language, for Ready has no room.
const words = () => WORDS[page.documentElement.lang] || WORDS.en;
const sentence = saved => words()[saved ? 0 : 1];
// What the tap's button says while nothing was tapped.
const label = tap() && !shared.tap && tap().querySelector("b").textContent;

// *Undo* of a tap that has not left the phone, or that it was taken back. Both go to the team, in
// order: a cancel may be forced. It grows upwards, so that nothing comes to lie under the finger.
const undo = took => {
  let form = page.getElementById("undo");
  if (!form) {
    form = page.createElement("form");
    form.id = "undo";
    form.method = "post";
    form.action = "/undo";
    const button = page.createElement("button"), line = page.createElement("p");
    button.textContent = words()[2];
    line.textContent = words()[3];
    line.tabIndex = -1;
    line.setAttribute("role", "status");
    form.append(tap().elements.l.cloneNode(), button, line);
    page.querySelector(".grow").after(form);
  }
  if (!took) form.removeAttribute("aria-busy");
  form.querySelector("button").hidden = took;
  form.querySelector("p").hidden = !took;
  return form;
};

// Where a form says how far it has come: the tap on its button, a message beside its field, any
// other on the page's own line.
const say = (form, words) => {
  const own = form && (form.id == "tap" ? form.querySelector("b") : form.querySelector("[role=status]"));
  if (own) {
    own.hidden = !words && form.id != "tap";
    if (words) own.textContent = words;
    return;
  }
  let line = page.getElementById("box");
  if (!line && !words) return;
  if (!line) {
    line = page.createElement("p");
    line.id = "box";
    line.className = "warn";
    line.setAttribute("role", "status");
    const whole = page.querySelector(".page");
    if (whole) whole.prepend(line);
  }
  line.hidden = !words;
  line.textContent = words;
};

// The page that answered an earlier part of what is still being said.
let held;

const outbox = courier(
  (item, saved) => {
    wake();
    const ready = tap() && !live();
    if (ready && (item.path == "/undo" || item.path == "/alert" && outbox.has("/undo", item.at))) {
      undo(true);
      return;
    }
    const form = forms.get(item.key) || (item.path == "/alert" && tap());
    say(form && form.isConnected ? form : null, sentence(saved));
    if (ready && item.path == "/alert") undo(false);
  },
  (item, answer) => {
    const form = forms.get(item.key);
    forms.delete(item.key);
    if (!outbox.size) say(null, "");
    if (form) form.removeAttribute("aria-busy");
    // Left by an earlier page: only a tap has something to show here, where nothing else goes on.
    if (form ? !form.isConnected : !["/alert", "/undo"].includes(item.path) || !tap() || live()) return;
    const on = live() && live().dataset.on && live().contains(form);
    if (!on) {
      // An alert that was taken back is not shown as one that goes on.
      if (outbox.has("/alert") || outbox.has("/undo")) {
        held = answer;
      } else if (item.path == "/undo" && answer.verdict == "refused" && held) {
        // Without cookies only the case's own page says whose it is.
        show(held);
        page.querySelector("[action='/undo']")?.requestSubmit();
      } else {
        show(answer);
      }
    } else if (answer.verdict == "refused") {
      // The server's own page says why.
      form.submit();
    } else {
      say(form, "");
      if (item.path == "/message" && !form.dataset.sent) {
        // Its keeper has not come to do it.
        form.reset();
        form.key.value = fresh();
      }
      // It may have opened another case, which the old connection does not follow.
      if (item.path == "/alert") page.dispatchEvent(new Event("again"));
    }
  }
);

const show = answer => {
  history.replaceState(null, "", answer.address || "/");
  shared.put(answer.text, live());
};

const hand = (form, body) => {
  body.get("key") || body.set("key", fresh());
  const key = body.get("key"), path = new URL(form.getAttribute("action"), location.href).pathname;
  forms.set(key, form);
  outbox.add(itemOf(key, path, FORM, new TextEncoder().encode(body).buffer));
};

page.addEventListener("submit", event => {
  const form = event.target, path = form.getAttribute("action");
  if (path == "/clear") {
    // At once, also where nobody answers.
    outbox.empty();
    if (self.caches) caches.keys().then(names => names.forEach(name => caches.delete(name)));
    return;
  }
  if (event.defaultPrevented || form.method != "post" || !COMMANDS.includes(path)) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  const body = new URLSearchParams(new FormData(form)), by = event.submitter;
  if (by && by.name) body.set(by.name, by.value);
  // What is typed goes under the key that it is kept under, a tap under the one of its page: each is
  // one, however often it is sent. Every other press is an act of its own.
  if (!body.get("key") || (live() && path != "/message")) body.set("key", fresh());
  if (path == "/message") form.key.value = body.get("key");
  else form.setAttribute("aria-busy", "true");
  if (form.id == "tap") say(form, form.dataset.sending);
  hand(form, body);
  if (form.id == "undo") {
    undo(true).querySelector("p").focus();
    // Whoever took it back may ask once more: another tap under another key.
    const again = tap();
    again.removeAttribute("aria-busy");
    again.key.value = fresh();
    say(again, label || words()[4]);
  }
}, true);

// A page from this phone's own copy, opened without a network. It has no key, since a copy's would be
// everybody's, and knows its place by the address alone.
const copy = () => {
  const form = tap();
  if (!form || form.key.value) return;
  form.key.value = fresh();
  const code = /^\/([0-9A-Z]{6})$/i.exec(location.pathname), chosen = new URLSearchParams(location.search).get("p");
  form.p.value = code ? "c:" + code[1].toUpperCase() : chosen || "";
  const title = page.querySelector(".card h1");
  if (code && title) title.textContent = code[1].toUpperCase().replace(/^.../, "$&-");
  // The address of a form is no page: what it said waits here, and leads to the case.
  const there = COMMANDS.includes(location.pathname) ? "/now" : location.href;
  const look = () => form.isConnected && !outbox.size && shared.send(there)
    .then(found => found.headers.get("x-sotto") && !outbox.size && location.replace(there)).catch(() => {});
  self.addEventListener("online", look);
  setInterval(look, 5000);
};

// Registered when the page has nothing else to do. Its first visit works without it, and without the
// manifest, for which Ready has no room.
const register = () => {
  const manifest = page.createElement("link");
  manifest.rel = "manifest";
  manifest.href = "/manifest.webmanifest";
  page.head.append(manifest);
  const workers = navigator.serviceWorker;
  if (!workers) return;
  workers.register(shared.worker(), { scope: "/" }).then(() => workers.ready).then(found => {
    if (found.active) found.active.postMessage({ lang: page.documentElement.lang });
  }).catch(() => {});
};

// `Shift` three times, less than a second apart, covers the page; nothing that small uncovers it.
let shifts = 0, shifted = 0;
page.addEventListener("keydown", event => {
  if (event.repeat) return;
  shifts = event.key != "Shift" ? 0 : event.timeStamp - shifted < 1000 ? shifts + 1 : 1;
  shifted = event.timeStamp;
  if (shifts == 3) self.cover("p");
});

copy();
outbox.adopt();
watch(outbox, page);
shared.box = hand;
if (shared.tap) hand(...shared.tap);
if (page.readyState == "complete") setTimeout(register, 500);
else self.addEventListener("load", () => setTimeout(register, 500));
