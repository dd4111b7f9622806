// Keeps what is being typed in a case: through a refresh of the page, a reload, a server that is away.
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
page.addEventListener("case", look);
look();
// Typed before this came.
if (field()?.value) keep();
