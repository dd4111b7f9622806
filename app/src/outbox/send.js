// Sending what waits, in order, until the server itself has answered each.
// Law: an answer counts only if it bears the item's own key: a captive portal's 200 does not. The
// body, with its key, never changes, so that whatever is sent twice is done once.
const TRY_MS = 10000;
// A request may go on without its page if all that are under way are smaller than 64 KiB together.
const KEEPALIVE_MAX = 60000;

// The pause after `failed` tries in a row, ms: half a second, doubled up to 2.5 s, and up to 40 %
// less by chance (0 to 1), so that phones which lost one network do not come back as one.
// Somebody waits at the other end: at most 3 s after the server is back it has the alert.
const pause = (failed, chance) => Math.min(250 * 2 ** failed, 2500) * (1 - 0.4 * chance);

const fresh = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");

// One item: where to, what, under which key. `at` keeps the order.
let last = 0;
const itemOf = (key, path, type, body, more) => {
  last = Math.max(Date.now(), last + 1);
  return { key, path, type, body, at: last, ...more };
};

// One try. `verdict`: done, refused (for good), or again.
const attempt = async (item, stop) => {
  const limit = setTimeout(() => stop.abort(), TRY_MS);
  try {
    const headers = { accept: "text/vnd.sotto", "content-type": item.type };
    if (item.who) headers["x-sotto-who"] = item.who;
    const response = await fetch(item.path, {
      method: "POST", body: item.body, headers, signal: stop.signal, cache: "no-store",
      // Ours never redirects a script; the network's own sign-in page does.
      redirect: "error", keepalive: item.body.byteLength < KEEPALIVE_MAX
    });
    const text = await response.text(), status = response.status, told = response.headers;
    const own = told.get("x-sotto-key") == item.key;
    const says = told.has("x-sotto") || (told.get("content-type") || "").startsWith("application/problem+json");
    const answer = { status, text, address: told.get("x-sotto") };
    if (status >= 500 || status == 429 || status == 408) return { verdict: "again" };
    if (own && response.ok) return { verdict: "done", ...answer };
    if (status >= 400 && (own || says)) return { verdict: "refused", ...answer };
  } catch {
    // Nobody there, or nobody we know.
  } finally {
    clearTimeout(limit);
  }
  return { verdict: "again" };
};

// Sends a queue in order. `tell(item, saved)`: not sent yet, and whether the disk has it.
// `ended(item, answer)`: the server has answered.
const courier = (tell, ended, chance = Math.random) => {
  let queue = [], busy = false, hurry = false, failed = 0, timer, stop, since = 0;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(go, pause(failed, chance()));
  };

  const go = async () => {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    while (queue.length) {
      const item = queue[0];
      if (item.old && !await waits(item.key)) {
        queue.shift();
        continue;
      }
      since = Date.now();
      const answer = await attempt(item, stop = new AbortController());
      if (answer.verdict == "again") {
        failed++;
        for (const other of queue) Promise.resolve(other.kept).then(saved => queue.includes(other) && tell(other, saved));
        if (!hurry) break;
        hurry = false;
        continue;
      }
      failed = 0;
      queue.shift();
      // Not before the disk has it: else it would be put there after it was taken away.
      Promise.resolve(item.kept).then(() => forget(item.key));
      ended(item, answer);
    }
    busy = false;
    if (queue.length) later();
  };

  return {
    // Keeps and sends. The first try does not wait for the disk.
    add(item) {
      if (queue.some(other => other.key == item.key)) return;
      queue.push({ ...item, kept: keep(item) });
      go();
    },
    // Takes over what an earlier page has left.
    async adopt() {
      for (const item of await waiting()) {
        if (!queue.some(other => other.key == item.key)) queue.push({ ...item, old: true, kept: true });
      }
      queue.sort((a, b) => a.at - b.at);
      go();
    },
    // The network may be back: what hangs is let go.
    again() {
      failed = 0;
      if (busy && Date.now() - since > 1000) {
        hurry = true;
        stop.abort();
      }
      go();
    },
    // The page goes: each gets one more try that outlives it.
    leave() {
      for (const item of queue) if (failed) attempt(item, new AbortController());
    },
    empty() {
      queue = [];
      clearTimeout(timer);
      return forgetAll();
    },
    // Whether something for this path waits that was said later than `at`.
    has: (path, at = 0) => queue.some(item => item.path == path && item.at > at),
    get size() { return queue.length; }
  };
};

// Looks again whenever something may have changed.
const watch = (courier, page) => {
  self.addEventListener("online", () => courier.again());
  self.addEventListener("pageshow", () => courier.again());
  self.addEventListener("pagehide", () => courier.leave());
  page.addEventListener("visibilitychange", () => page.hidden || courier.again());
};

// Lets the browser wake the worker when the network is back, where it can. Answers nothing.
const wake = () => navigator.serviceWorker?.getRegistration().then(found => found?.sync?.register("box")).catch(() => {});
