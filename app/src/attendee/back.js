// Stands before the script of every page after Ready: *Back* to it from elsewhere shows the cover.
// Somebody else may hold the phone by then. A constant, allowed by its hash.
(() => {
  const h = document.documentElement, w = window;
  let top = 0;
  // From another page of the case it is the person's own way back.
  const inside = () => {
    const from = w.navigation && navigation.activation && navigation.activation.from;
    return !!from && /\/[a-z]+(\?|$)/.test(from.url);
  };
  const put = () => {
    h.className = "p";
    try { sessionStorage.p = "p"; } catch {}
  };
  const entry = performance.getEntriesByType("navigation")[0];
  if (entry && entry.type == "back_forward" && !inside()) put();
  // A page that the browser keeps whole is kept covered: not one frame of it is shown before.
  w.guard = () => {
    w.addEventListener("pagehide", () => {
      if (h.className) return;
      top = w.scrollY;
      h.className = "p";
    });
    w.addEventListener("pageshow", e => {
      if (!e.persisted) return;
      let on = "p";
      try { on = sessionStorage.p || (inside() ? "" : "p"); } catch {}
      w.cover(on);
      if (!on) w.scrollTo(0, top);
    });
  };
  w.guard();
})();
