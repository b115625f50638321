// Glossary definitions. The popover itself is native HTML (click, keyboard, Escape): this only
// places it beside its word, and opens it when the pointer rests on the word.
(() => {
  const GAP = 10;
  const MARGIN = 16;
  const MARGIN_COLUMN = 230;
  const opener = (definition) => document.querySelector(`[popovertarget="${definition.id}"].term`);

  const place = (definition) => {
    const term = opener(definition);
    if (!term) return;
    const word = term.getClientRects()[0] ?? term.getBoundingClientRect();
    const column = term.closest(".prose")?.getBoundingClientRect();
    const view = document.documentElement.clientWidth;
    const text = term.closest("p, li, dd")?.getBoundingClientRect() ?? word;
    const left = Math.max(column?.right ?? 0, text.right) + 36;
    const inMargin = Boolean(column) && left + MARGIN_COLUMN + MARGIN <= view && !term.closest(".case");
    definition.classList.add("placed");
    definition.classList.toggle("in-margin", inMargin);
    definition.classList.toggle("under", !inMargin);
    if (inMargin) {
      definition.style.width = `${MARGIN_COLUMN}px`;
      definition.style.left = `${left + scrollX}px`;
      definition.style.top = `${word.top + scrollY - 8}px`;
      return;
    }
    const width = Math.min(380, view - 2 * MARGIN);
    const start = Math.min(Math.max(MARGIN, word.left - 12), view - MARGIN - width);
    definition.style.width = `${width}px`;
    definition.style.left = `${start + scrollX}px`;
    // Under the paragraph, so that the sentence stays readable; under the word when that is too far.
    const fits = text.bottom + GAP + definition.offsetHeight <= innerHeight;
    definition.style.top = `${(fits ? text.bottom : word.bottom) + scrollY + GAP}px`;
    definition.style.setProperty("--notch", `${word.left + word.width / 2 - start - 6}px`);
  };

  document.addEventListener(
    "toggle",
    (event) => {
      const definition = event.target;
      if (!definition.classList?.contains("definition")) return;
      if (event.newState === "open") place(definition);
      else delete definition.dataset.hover;
    },
    true,
  );
  addEventListener("resize", () => {
    for (const open of document.querySelectorAll(".definition:popover-open")) place(open);
  });

  // Resting on a word opens its definition; leaving both closes it unless it was clicked.
  if (!matchMedia("(hover: hover)").matches) return;
  let timer = 0;
  const target = (element) => {
    const near = element.closest?.(".term, .definition");
    if (!near) return null;
    return near.matches(".term") ? document.getElementById(near.getAttribute("popovertarget")) : near;
  };
  document.addEventListener("pointerover", (event) => {
    const definition = target(event.target);
    clearTimeout(timer);
    if (definition && !definition.matches(":popover-open")) {
      timer = setTimeout(() => {
        definition.dataset.hover = "";
        definition.showPopover();
        place(definition);
      }, 250);
    } else if (!definition) {
      timer = setTimeout(() => {
        document.querySelector(".definition[data-hover]:popover-open")?.hidePopover();
      }, 300);
    }
  });
  document.addEventListener("click", (event) => {
    const definition = event.target.closest?.(".term") && target(event.target);
    clearTimeout(timer);
    if (definition && "hover" in definition.dataset && definition.matches(":popover-open")) {
      event.preventDefault();
      delete definition.dataset.hover;
    }
  });
})();
