// The browser says that the network is back: whatever waits is delivered, also without a page.
self.addEventListener("sync", event => {
  if (event.tag != "box") return;
  event.waitUntil((async () => {
    for (const item of await waiting()) {
      const { verdict } = await attempt(item, new AbortController());
      // The browser tries again later.
      if (verdict == "again") throw new Error("not sent yet");
      await forget(item.key);
    }
  })());
});
