// The library's form answers at once when htmx is there: a changed facet or sort submits it.
// The form carries data-live; its fields may stand anywhere (form="…"). Without scripts, buttons do.
// What the reader unfolded, where the focus was and what filters a list outlive new results.
(() => {
  const BODY = "library-body";
  const unfolded = new Map(); // by id, only the groups that the reader ever opened or closed
  let served = new Map(); // by id, as the server sent them
  let focused = ""; // id
  let filters = new Map(); // by id: the text, and what was found for it

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const groups = () => all(`#${BODY} details[id]`);
  const isBody = (element) => element?.id === BODY;

  document.addEventListener("change", (event) => {
    const { target } = event;
    // A value found by the filter of a long list may stand in the list too: they are one choice.
    const twin = document.getElementById(target.id.replace(/^m-/, "f-"));
    if (twin && twin !== target) twin.checked = target.checked;
    if (target.form?.matches("[data-live]") && target.type !== "search") target.form.requestSubmit();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isBody(event.detail.target)) return;
    focused = document.activeElement.id;
    keepFilters();
    for (const group of groups()) {
      const isChanged = group.open !== served.get(group.id);
      if (isChanged || unfolded.has(group.id)) unfolded.set(group.id, group.open);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (isBody(event.target)) {
      start();
      refocus();
    } else if (event.target.closest(".facet-matches")) {
      showMatches(event.target.closest(".facet-matches"));
    }
  });

  function start() {
    served = new Map(groups().map((group) => [group.id, group.open]));
    for (const group of groups()) {
      if (unfolded.has(group.id)) group.open = unfolded.get(group.id);
    }
    all("[data-facet-filter]").forEach(startFilter);
  }

  function refocus() {
    const ids = [focused, focused.replace(/^m-/, "f-")].filter(Boolean);
    const target = ids.map((id) => document.getElementById(id)).find((found) => found?.checkVisibility());
    if (target) {
      target.focus({ preventScroll: true });
      if (target.closest(`#${BODY}`)) target.scrollIntoView({ block: "nearest" });
    } else if (document.activeElement === document.body) {
      // A removed chip takes the focus away with it: the count of results is the next thing to hear.
      const next = document.querySelector(".chips a") ?? document.querySelector(".results-head");
      next?.setAttribute("tabindex", next.matches("a") ? "0" : "-1");
      next?.focus({ preventScroll: true });
    }
  }

  // --- Filtering a long list. A list that is cut is asked from the server, by htmx.

  const fold = (text) => {
    const letters = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("œ", "oe");
    return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  };

  const input = (filter) => filter.querySelector("input");
  const values = (filter) => filter.closest("fieldset").querySelector(".facet-values");
  const matches = (filter) => filter.closest("fieldset").querySelector(".facet-matches");

  function startFilter(filter) {
    const found = matches(filter);
    if (found && !window.htmx) return;
    filter.hidden = false;
    const field = input(filter);
    const kept = filters.get(field.id);
    field.addEventListener("input", () => (found ? askAgain(filter) : filterList(filter)));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !field.value) return;
      event.preventDefault();
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    // Of no text there is nothing to ask.
    field.addEventListener("htmx:beforeRequest", (event) => field.value.trim() || event.preventDefault());
    if (!kept) return;
    field.value = kept.text;
    if (!found) return filterList(filter);
    found.replaceChildren(...kept.found);
    showMatches(found);
    if (!focused.startsWith("m-")) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function keepFilters() {
    filters = new Map();
    for (const filter of all("[data-facet-filter]")) {
      const field = input(filter);
      if (!field.value.trim()) continue;
      filters.set(field.id, { text: field.value, found: [...(matches(filter)?.childNodes ?? [])] });
      unfilter(values(filter));
    }
  }

  function filterList(filter) {
    const list = values(filter);
    unfilter(list);
    const words = fold(input(filter).value).split(" ").filter(Boolean);
    if (!words.length) return say(filter, null);
    const items = all("li", list);
    const fits = new Set(
      items.filter((item) => {
        const name = fold(item.querySelector(".facet-name").textContent);
        return words.every((word) => name.includes(word));
      }),
    );
    // What fits is shown with all that contains it, and all that it contains.
    const within = new Set([...fits].flatMap((item) => all("li", item)));
    const holds = (group) => all("li", group).some((item) => fits.has(item));
    for (const item of items) item.hidden = !fits.has(item) && !within.has(item) && !holds(item);
    for (const group of all("details", list)) {
      group.dataset.wasOpen = group.open;
      if (holds(group)) group.open = true;
      else if (group.matches(".facet-more")) group.hidden = all("li", group).every((item) => item.hidden);
    }
    for (const heading of all(".facet-family", list)) {
      heading.hidden = all("li", heading.nextElementSibling).every((item) => item.hidden);
    }
    say(filter, fits.size);
  }

  function unfilter(list) {
    for (const hidden of all("[hidden]", list)) hidden.hidden = false;
    for (const group of all("details[data-was-open]", list)) {
      group.open = group.dataset.wasOpen === "true";
      delete group.dataset.wasOpen;
    }
  }

  function askAgain(filter) {
    if (input(filter).value.trim()) return;
    matches(filter).replaceChildren();
    matches(filter).hidden = true;
    values(filter).hidden = false;
    say(filter, null);
  }

  function showMatches(found) {
    const filter = found.closest("fieldset").querySelector("[data-facet-filter]");
    if (!input(filter).value.trim()) return;
    found.hidden = false;
    values(filter).hidden = true;
    say(filter, Number(found.querySelector("[data-total]").dataset.total));
  }

  function say(filter, count) {
    const { none, one, many } = filter.querySelector("[role=status]").dataset;
    const sentence = count === 0 ? none : count === 1 ? one : many.replace("{n}", count);
    filter.querySelector("[role=status]").textContent = count === null ? "" : sentence;
  }

  start();
})();
