// Tells the site at which position a result was opened, and for which words: nothing about who reads.
// Each child of [data-results] that holds a link is one result. The tab alone remembers for which words it has already
// told of a first result; without scripts nothing is told.
(() => {
  const KEY = "datacites-opened";
  let opened = "";

  const isFirst = (words) => {
    try {
      opened = sessionStorage.getItem(KEY) ?? opened;
      sessionStorage.setItem(KEY, words);
    } catch {
      // Storage is refused: this page remembers for itself.
    }
    const first = opened !== words;
    opened = words;
    return first;
  };

  const tell = (event) => {
    if (event.defaultPrevented || event.button > 1) return;
    const link = event.target.closest?.("a[href]");
    const list = link?.closest("[data-results]");
    if (!list || link.getAttribute("href").startsWith("#")) return;
    const results = [...document.querySelectorAll("[data-results] > *")];
    const rank = results
      .filter((result) => result.querySelector("a[href]"))
      .findIndex((result) => result.contains(link));
    const words = list.dataset.results;
    const body = new URLSearchParams({
      q: words,
      position: String(rank + Number(list.dataset.firstRank || 1)),
      first: isFirst(words) ? "1" : "0",
    });
    navigator.sendBeacon?.(list.dataset.clicks, body);
  };

  document.addEventListener("click", tell);
  document.addEventListener("auxclick", tell);
})();
