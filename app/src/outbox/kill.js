// The kill version (`--no-worker`): takes the worker off the phone, with all its copies. What waits to
// be sent stays: the page delivers it.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
})()));
