// The staff's page: hands the bundle one function. Law: a command goes under the session of whoever
// gave it, or not at all (`who`).
const BYTES = "application/octet-stream";
const given = new Map();
let told = () => {};

const outbox = courier(
  (item, saved) => {
    told(saved);
    wake();
  },
  (item, answer) => {
    const { verdict, status, text } = answer;
    const done = given.get(item.key);
    given.delete(item.key);
    if (!outbox.size) told(null);
    if (done) done({ ok: verdict == "done", status, text });
  }
);

self.sottoBox = {
  // Sends `body` once, under `key` and as `who`; answers when the server has: `{ok, status, text}`.
  send: (path, key, who, body) => new Promise(done => {
    given.set(key, done);
    outbox.add(itemOf(key, path, BYTES, body.slice().buffer, { who }));
  }),
  // `then(true)`: not sent yet, saved here; `then(false)`: not sent yet, kept in memory only;
  // `then(null)`: nothing waits.
  tell: then => { told = then; }
};
outbox.adopt();
watch(outbox, document);
const register = () => navigator.serviceWorker
  && navigator.serviceWorker.register(self.sottoWorker(), { scope: "/" }).catch(() => {});
setTimeout(register, 1000);
