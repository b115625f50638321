// While work on the index goes on, the part of the page that tells of it is read again every two
// seconds. Without scripts a button does.
(() => {
  const state = document.querySelector("[data-progress]");
  if (!state) return;

  const isWorking = () => state.querySelector("[data-working]") !== null;

  const read = async () => {
    try {
      const response = await fetch(state.dataset.progress, { credentials: "same-origin" });
      // Signed out meanwhile: the sign-in page is not a state.
      if (!response.ok || response.redirected) return;
      const held = state.contains(document.activeElement);
      state.innerHTML = await response.text();
      if (held && !isWorking()) {
        const heading = state.querySelector("h2");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus({ preventScroll: true });
      }
    } catch {
      // The network is away: the next turn asks again.
    }
    if (isWorking()) setTimeout(read, 2000);
  };

  if (isWorking()) setTimeout(read, 1000);
})();
