// The library's form answers at once when htmx is there: a changed facet or sort submits it.
// The form carries data-live; its fields may stand anywhere (form="…"). Without scripts, buttons do.
(() => {
  let unfolded = [];

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-live]") && event.target.type !== "search") form.requestSubmit();
  });

  // What the reader had unfolded stays so when the results are replaced.
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("details.facets, details.facet, details.facet-more")].map(
      (group) => group.open,
    );
  });

  document.addEventListener("htmx:afterSettle", () => {
    const groups = document.querySelectorAll("details.facets, details.facet, details.facet-more");
    if (groups.length === unfolded.length) groups.forEach((group, i) => (group.open = unfolded[i]));
    // A removed chip takes the focus away with it: the count of results is the next thing to hear.
    if (document.activeElement === document.body) {
      const next = document.querySelector(".chips a") ?? document.querySelector(".results-head");
      next?.setAttribute("tabindex", next.matches("a") ? "0" : "-1");
      next?.focus({ preventScroll: true });
    }
  });
})();
