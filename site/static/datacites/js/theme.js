// Light, dark or like the device: applied before the first paint, remembered in this browser only.
(() => {
  const KEY = "theme";
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  root.classList.add("script");
  apply(read());

  document.addEventListener("DOMContentLoaded", () => {
    for (const element of document.querySelectorAll("[data-theme-switch]")) element.hidden = false;
    apply(read());
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      // Storage refused: the choice holds for this page.
    }
    apply(button.dataset.themeChoice);
    button.closest("[popover]")?.hidePopover();
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY) apply(read());
  });
})();
