// "Discuter de ce passage": a button beside what a reader with an account selects on the page. It leads
// to the form that opens a discussion, with the passage in it. Without scripts, the form has a field.
(() => {
  const LONGEST = 600;
  const ROOM = 3000;
  const way = document.querySelector("a[data-discuss]");
  const main = document.querySelector("main");
  if (!way || !main) return;

  const button = document.createElement("a");
  button.className = "button button-small discuss-passage";
  button.textContent = way.dataset.discuss;
  button.hidden = true;
  main.append(button);

  // Servers refuse long addresses: letters with accents take six signs there.
  const fitting = (text) => {
    let kept = text.slice(0, LONGEST);
    while (encodeURIComponent(kept).length > ROOM) kept = kept.slice(0, -20);
    return kept.replace(/[\uD800-\uDBFF]$/, "");
  };

  // The last heading with an address before the passage.
  const anchorOf = (range) => {
    let found = "";
    for (const heading of main.querySelectorAll(":is(h2, h3, h4)[id], section[id]")) {
      if (range.comparePoint(heading, 0) > 0) break;
      found = heading.id;
    }
    return found;
  };

  const show = () => {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const text = selection.toString().replace(/\s+/g, " ").trim();
    button.hidden = !text || !range || !main.contains(range.commonAncestorContainer);
    if (button.hidden) return;
    const url = new URL(way.href);
    url.searchParams.set("citer", fitting(text));
    const anchor = anchorOf(range);
    if (anchor) url.searchParams.set("ancre", anchor);
    url.hash = "ouvrir";
    button.href = url;
  };

  let waiting;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
})();
