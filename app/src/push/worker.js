// The staff site's worker: it rings. A page carries nothing; the words are fixed, the same for
// everyone, in the language that was chosen when pages were allowed. It keeps no page and no answer.
"use strict";
(() => {
  const WORDS = /*words*/ {};
  const KEPT = "sotto-paging", LANGUAGE = "/paging-language";

  const spoken = async () => {
    const kept = await caches.open(KEPT).then(box => box.match(LANGUAGE)).then(found => found && found.text()).catch(() => "");
    for (const tag of [kept, ...(navigator.languages || [])]) {
      const near = tag && Object.keys(WORDS).find(known => known === tag || known.split("-")[0] === tag.split("-")[0]);
      if (near) return near;
    }
    return "en";
  };

  const ring = async () => {
    const lang = await spoken();
    const [title, body] = WORDS[lang];
    // One bell, not a list: a later page takes the place of an earlier one and rings again.
    await self.registration.showNotification(title, {
      body, lang, dir: lang === "ar" ? "rtl" : "ltr", tag: "sotto", renotify: true, requireInteraction: true,
      vibrate: [300, 120, 300],
    });
  };

  // The phone's own word that it came: what was sent proves nothing.
  const tell = () => fetch("/push/got", { method: "POST", keepalive: true }).catch(() => {});

  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find(page => page.focused) || pages[0];
    return page ? page.focus() : self.clients.openWindow("/");
  };

  // The browser has made another address: the server must know, or the phone falls silent unnoticed.
  const again = async event => {
    const old = event.oldSubscription;
    const fresh = event.newSubscription || (old && await self.registration.pushManager.subscribe(old.options));
    if (!fresh) return;
    const { endpoint, keys } = fresh.toJSON();
    await fetch("/push", { method: "POST", body: new URLSearchParams({ endpoint, ...keys }) });
  };

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("push", event => event.waitUntil(Promise.all([ring(), tell()])));
  self.addEventListener("notificationclick", event => {
    event.notification.close();
    event.waitUntil(open());
  });
  self.addEventListener("pushsubscriptionchange", event => event.waitUntil(again(event)));
})();
