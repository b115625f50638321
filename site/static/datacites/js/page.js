// Small comforts of a long page: print buttons, margin notes beside their call, and the current
// part marked in the contents.
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // Notes of the margin column rise to the line that calls them.
  const notes = [...document.querySelectorAll(".margin-note[id]")];
  const align = () => {
    let free = -Infinity;
    for (const note of notes) {
      note.style.top = "";
      const call = document.querySelector(`.note-call a[href="#${CSS.escape(note.id)}"]`);
      if (!call || getComputedStyle(note).float !== "right") continue;
      const box = note.getBoundingClientRect();
      const top = Math.max(Math.min(call.getBoundingClientRect().top, box.top), free);
      note.style.top = `${Math.round(top - box.top)}px`;
      free = top + box.height + 12;
    }
  };
  if (notes.length) {
    document.fonts.ready.then(align);
    addEventListener("resize", align);
  }

  const links = new Map();
  for (const link of document.querySelectorAll('.toc a[href^="#"]')) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (part) links.set(part, link);
  }
  if (!links.size) return;

  const parts = [...links.keys()];
  const mark = () => {
    let current = parts[0];
    for (const part of parts) {
      if (part.getBoundingClientRect().top <= innerHeight * 0.3) current = part;
    }
    for (const [part, link] of links) {
      if (part === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();

  // On a phone the contents are a <details>: choosing a part closes it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('.toc a[href^="#"]');
    if (link && matchMedia("(width < 760px)").matches) link.closest("details").open = false;
  });
})();
