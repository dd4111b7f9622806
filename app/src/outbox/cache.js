// What a worker keeps: files whose name is a digest of their content, the map, and pages that are
// the same for everybody. Law: never an answer of a case, nor anything that was asked for with a
// cookie (`docs/decisions/0015`). `SHELL` is written before this by the server.
const CACHE = "shell-" + SHELL.version;
const isFile = path => /^\/(a|map)\//.test(path);

// Asks as nobody: what comes is what everybody gets.
const asNobody = path => new Request(path, { credentials: "omit", cache: "no-store" });

const store = async (path, kept = path) => {
  const response = await fetch(asNobody(path));
  // A captive portal answers too; no page but ours has our policy.
  const policy = response.headers.get("content-security-policy") || "", type = response.headers.get("content-type") || "";
  const ours = response.ok && !response.redirected && (policy.includes("trusted-types sotto") || isFile(path) && !type.startsWith("text/html"));
  if (ours) await (await caches.open(CACHE)).put(kept, response);
};

const tidy = async () => {
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name != CACHE) await caches.delete(name);
};

// A file from the cache, else from the network; then it is kept.
const file = async request => {
  const path = new URL(request.url).pathname;
  const found = await caches.match(path, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  const type = response.headers.get("content-type") || "";
  if (response.ok && response.type == "basic" && !response.redirected && !type.startsWith("text/html")) {
    const copy = response.clone();
    caches.open(CACHE).then(cache => cache.put(path, copy)).catch(() => {});
  }
  return response;
};
