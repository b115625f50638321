// Suggestions while typing: an editable combobox with a list (ARIA 1.2), on any
// <input data-suggest="address of suggestions">. Without scripts, or without answers, the field is
// what it was. Texts are put in place as text; options are links, so every way to open one works.
(() => {
  const FEWEST = 2;
  const LONGEST = 100;
  const PAUSE = 120;
  const PATIENCE = 4000;
  const GAP = 6;
  const SHORTEST = 264;
  let count = 0;

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // A choice that leads where the form does keeps what else is chosen in the form.
  const keepingChoices = (input, url) => {
    const target = new URL(url, location.href);
    const action = new URL(input.form?.getAttribute("action") ?? "", location.href);
    if (!input.form || !target.search || target.pathname !== action.pathname) return url;
    const given = new Set([...target.searchParams.keys(), input.name, "page"]);
    for (const [name, value] of new FormData(input.form)) {
      if (value && !given.has(name)) target.searchParams.append(name, value);
    }
    return target.pathname + target.search + target.hash;
  };

  class Combobox {
    constructor(input) {
      this.input = input;
      this.id = input.id || `combobox-${(count += 1)}`;
      this.frame = input.closest(".search-row") ?? input;
      this.list = make("div", { id: `${this.id}-list`, class: "listbox", role: "listbox", popover: "manual" });
      this.status = make("p", { class: "visually-hidden", role: "status" });
      this.options = [];
      this.current = -1;
      this.frame.after(this.list, this.status);
      for (const [name, value] of Object.entries({
        role: "combobox",
        autocomplete: "off",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.list.id,
      })) {
        input.setAttribute(name, value);
      }
      input.addEventListener("input", (event) => this.typed(event));
      input.addEventListener("compositionend", () => this.askSoon());
      input.addEventListener("keydown", (event) => this.pressed(event));
      input.addEventListener("blur", () => this.forget());
      input.form?.addEventListener("submit", () => this.forget());
      // The field keeps the focus while the list is pressed or scrolled.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        if (event.target.closest("a")) this.forget();
      });
      addEventListener("resize", () => this.place());
      addEventListener("pagehide", () => this.forget());
    }

    get isOpen() {
      return this.list.matches(":popover-open");
    }

    // --- Asking

    typed(event) {
      this.mark(-1);
      if (!event.isComposing) this.askSoon();
    }

    askSoon() {
      clearTimeout(this.waiting);
      this.stale();
      const text = this.input.value.trim();
      if (text.length < FEWEST || text.length > LONGEST) this.forget();
      else this.waiting = setTimeout(() => this.ask(text), PAUSE);
    }

    async ask(text, current = -1) {
      this.stale();
      const asked = (this.asked = new AbortController());
      const patience = setTimeout(() => asked.abort(), PATIENCE);
      try {
        const url = new URL(this.input.dataset.suggest, location.href);
        url.searchParams.set("q", text);
        const response = await fetch(url, { signal: asked.signal });
        if (!response.ok) throw new Error(response.statusText);
        const answer = await response.json();
        if (asked.signal.aborted) return;
        this.show(answer);
        this.mark(Math.min(current, this.options.length - 1));
      } catch {
        // Suggestions are a comfort: without them the field is a plain field. What was asked since
        // is not disturbed.
        if (this.asked === asked) this.close();
      } finally {
        clearTimeout(patience);
      }
    }

    stale() {
      this.asked?.abort();
      this.asked = null;
    }

    // --- Showing

    show(answer) {
      this.list.setAttribute("aria-label", answer.label);
      this.options = [];
      this.mark(-1);
      this.list.replaceChildren(...answer.groups.map((group, rank) => this.group(group, rank)));
      this.status.textContent = answer.status;
      if (!this.options.length) {
        this.hide();
        return;
      }
      if (!this.isOpen) this.list.showPopover();
      this.input.setAttribute("aria-expanded", "true");
      this.list.scrollTop = 0;
      this.place();
    }

    group({ label, options }, rank) {
      const id = `${this.list.id}-group-${rank}`;
      const name = make("div", { id, class: "option-group", role: "presentation" }, label);
      const items = options.map((option) => this.option(option));
      return make("div", { role: "group", "aria-labelledby": id }, name, ...items);
    }

    option({ text, kind, detail, url }) {
      const name = make("span", { class: "option-name" });
      name.append(...text.map((piece, place) => (place % 2 ? make("b", {}, piece) : piece)));
      const about = make("span", { class: "option-kind" }, detail ? `${kind}, ${detail}` : kind);
      const option = make(
        "a",
        {
          id: `${this.list.id}-${this.options.length}`,
          role: "option",
          href: keepingChoices(this.input, url),
          tabindex: "-1",
          "aria-selected": "false",
        },
        name,
        " ",
        about,
      );
      this.options.push(option);
      return option;
    }

    place() {
      if (!this.isOpen) return;
      const box = this.frame.getBoundingClientRect();
      this.list.style.width = `${box.width}px`;
      // Under a narrow field the list is wider than it, and stays on the screen.
      const most = document.documentElement.clientWidth - this.list.offsetWidth - GAP;
      const height = visualViewport?.height ?? innerHeight;
      this.list.style.maxHeight = `${Math.max(SHORTEST, height - box.bottom - 2 * GAP)}px`;
      this.list.style.left = `${Math.max(GAP, Math.min(box.left, most)) + scrollX}px`;
      this.list.style.top = `${box.bottom + scrollY + GAP}px`;
    }

    hide() {
      if (this.isOpen) this.list.hidePopover();
      this.input.setAttribute("aria-expanded", "false");
      this.mark(-1);
    }

    // Closed, and silent: what was said of the list is no longer so.
    close() {
      this.hide();
      this.status.textContent = "";
    }

    forget() {
      clearTimeout(this.waiting);
      this.stale();
      this.close();
    }

    // --- Keyboard

    mark(rank) {
      this.options[this.current]?.setAttribute("aria-selected", "false");
      this.current = rank;
      const option = this.options[rank];
      if (!option) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    move(step) {
      // The field itself is a stop between the last option and the first.
      const stops = this.options.length + 1;
      this.mark(((this.current + 1 + step + stops) % stops) - 1);
    }

    pressed(event) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const text = this.input.value.trim();
      const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (arrow && event.altKey) {
        if (arrow < 0) this.forget();
        else if (!this.isOpen && text.length >= FEWEST) this.ask(text);
      } else if (arrow && this.isOpen) {
        this.move(arrow);
      } else if (arrow && text.length >= FEWEST) {
        this.ask(text, arrow > 0 ? 0 : Infinity);
      } else if (event.key === "Enter" && this.isOpen && this.current >= 0) {
        this.options[this.current].click();
      } else if (event.key === "Escape" && (this.isOpen || this.input.value)) {
        const wasOpen = this.isOpen;
        this.forget();
        if (!wasOpen) {
          this.input.value = "";
          this.input.dispatchEvent(new Event("input", { bubbles: true }));
        }
      } else {
        // Moving in the text leaves the list; Tab leaves the field, and blur closes the list.
        if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) this.mark(-1);
        return;
      }
      event.preventDefault();
    }
  }

  const upgrade = () => {
    for (const input of document.querySelectorAll("input[data-suggest]:not([role=combobox])")) {
      new Combobox(input);
    }
  };
  if (!HTMLElement.prototype.showPopover) return;
  upgrade();
  document.addEventListener("htmx:afterSettle", upgrade);
})();
