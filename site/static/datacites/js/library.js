// The library's form answers at once when htmx is there: a changed facet or sort submits it.
// The form carries data-live; its fields may stand anywhere (form="…"). Without scripts, buttons do.
(() => {
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-live]") && event.target.type !== "search") form.requestSubmit();
  });
})();
