// The reader's own territory, remembered in this browser only. Nothing is sent: a link that carries it
// is followed by the reader or not at all. Without scripts, the territory is in the address.
(() => {
  const KEY = "territory";
  const CODE = /^(?:insee|siren|dep|reg|iso):[0-9A-Z-]{2,9}$/;

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
      return CODE.test(kept?.code) && typeof kept.name === "string" ? kept : null;
    } catch {
      return null;
    }
  };
  const write = (kept) => {
    try {
      if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
      else localStorage.removeItem(KEY);
      return true;
    } catch {
      return false;
    }
  };
  const say = (place, words) => {
    for (const word of place.querySelectorAll("[role=status] [data-mine-say]")) {
      word.hidden = word.dataset.mineSay !== words;
    }
  };

  const show = () => {
    const kept = read();
    for (const chip of document.querySelectorAll("[data-mine]")) {
      const link = chip.querySelector("[data-mine-link]");
      chip.hidden = !kept;
      link.textContent = kept ? kept.name.slice(0, 150) : "";
      link.href = chip.dataset.mineAddress + encodeURIComponent(kept?.code ?? "");
    }
    for (const place of document.querySelectorAll("[data-mine-keep]")) {
      const isMine = kept?.code === place.dataset.mineCode;
      const button = place.querySelector("button");
      place.hidden = false;
      button.querySelector("[data-mine-say=keep]").hidden = isMine;
      button.querySelector("[data-mine-say=forget]").hidden = !isMine;
    }
  };

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-mine-keep]");
    if (place && event.target.closest("button")) {
      const { mineCode: code, mineName: name } = place.dataset;
      const forgets = read()?.code === code;
      const done = write(forgets ? null : { code, name });
      show();
      say(place, done ? (forgets ? "forgotten" : "kept") : "refused");
    } else if (event.target.closest("[data-mine-forget]")) {
      write(null);
      show();
      // The button that had the focus is gone with its chip.
      document.querySelector("main")?.focus({ preventScroll: true });
    }
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY) show();
  });
  show();
})();
