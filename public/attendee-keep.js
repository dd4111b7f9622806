// What only a case needs of script, besides Wasm: it asks how the case stands until the live part has
// reported in, and keeps what is being typed: through a refresh of the page, a reload, a server that
// is away.
// Law: it goes when the case shows it as sent, when the case ends, and when the phone is cleared;
// nothing of it leaves this tab (decision 0012).
const page = document;
const store = (() => {
  try {
    return sessionStorage;
  } catch {
    // A browser that keeps nothing: the page itself still does.
    return { getItem: () => null, setItem() {}, removeItem() {}, length: 0, key: () => null };
  }
})();
const name = () => page.getElementById("live")?.dataset.draft ?? "";
const field = () => page.getElementById("text");

/** Forgets every draft but one. */
const forget = (but) => {
  for (let i = store.length - 1; i >= 0; i--) {
    const key = store.key(i);
    if (key.startsWith("draft-") && key !== but) store.removeItem(key);
  }
};

const fresh = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const kept = () => {
  try {
    return JSON.parse(store.getItem(name()));
  } catch {
    return null;
  }
};

/** The page shows the case as it is now. */
const look = () => {
  const text = field();
  forget(text ? name() : "");
  if (!text) return;
  const draft = kept();
  if (!draft) return;
  const form = text.form;
  if (page.getElementById(`m-${draft.key}`)) {
    // The case has it. What was typed since is another message.
    store.removeItem(name());
    if (text.value === draft.text) text.value = "";
    form.key.value = fresh();
    delete form.dataset.sent;
    if (text.value) keep();
  } else if (!text.value || text.value === draft.text) {
    text.value = draft.text;
    form.key.value = draft.key;
  }
};

const keep = () => {
  const text = field();
  if (!text.value) {
    store.removeItem(name());
    return;
  }
  try {
    store.setItem(name(), JSON.stringify({ key: text.form.key.value, text: text.value }));
  } catch {
    // Full: the page itself still keeps it.
  }
};

page.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  const form = event.target.form;
  // Another text under a key that was sent already would be refused.
  if (form.dataset.sent) {
    form.key.value = fresh();
    delete form.dataset.sent;
  }
  keep();
});
page.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "say") {
    keep();
    form.dataset.sent = "1";
  }
  if (form.getAttribute("action") === "/clear") forget("");
}, true);
page.addEventListener("case", () => {
  since = Date.now();
  look();
});
look();
// Typed before this came.
if (field()?.value) keep();

// Until the live part reports in, the case page asks for itself.
let since = Date.now();
const ask = () => {
  const live = page.getElementById("live");
  const text = field();
  // A page put in place would take the words from under the finger.
  if (!live || live.dataset.on || page.hidden || (text?.value && text === page.activeElement)) return;
  const word = live.querySelector("[role=status]");
  const doubt = (said) => {
    if (!word) return;
    word.hidden = !said;
    word.textContent = said;
  };
  if (Date.now() - since > 2e4) doubt(live.dataset.checking);
  const form = page.getElementById("again");
  const fields = new URLSearchParams(new FormData(form));
  const { put, send } = window.sotto;
  const asked = form.method === "post" ? send(form.action, fields) : send(`${form.action}?${fields}`);
  asked
    .then(async (answer) => {
      if (!answer.headers.get("x-sotto")) throw new Error("not ours");
      const html = await answer.text();
      if (live.dataset.on) return;
      since = Date.now();
      put(html, 1);
    })
    .catch(() => doubt(live.dataset.offline));
};
page.addEventListener("visibilitychange", ask);
setInterval(ask, 1e4);

// A page that the tap put in place has no script of its own before ours: see `back.js`, which stands in
// the head of every other page of a case. Kept whole by the browser, it is kept covered too.
if (!window.guard) {
  const root = page.documentElement;
  window.guard = true;
  window.addEventListener("pagehide", () => (root.className = "p"));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.cover(store.getItem("p") || (window.navigation?.activation?.from?.url.match(/\/[a-z]+(\?|$)/) ? "" : "p"));
  });
}
