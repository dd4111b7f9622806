// The staff's service worker: their files, and what waits. No page: each is somebody's own.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(tidy()));
self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (event.request.method == "GET" && url.origin == location.origin && url.pathname.startsWith("/a/")) {
    event.respondWith(file(event.request));
  }
});
