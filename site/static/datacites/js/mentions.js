// Discussions: whom one may call, proposed while typing after an @ in a <textarea data-mentions>; and
// old links to a message that stands on another page of its thread. Both work without, by hand.
(() => {
  const PAUSE = 150;
  const CALL = /(?:^|[^\w@/.+-])@([\w.\-\u00C0-\u017F]{1,60})$/;

  const number = Number(/^#message-(\d{1,6})$/.exec(location.hash)?.[1] ?? 0);
  if (number && !document.getElementById(`message-${number}`)) {
    const rank = String(Math.ceil(number / 50));
    const url = new URL(location.href);
    if ((url.searchParams.get("page") ?? "1") !== rank && document.querySelector(".posts")) {
      url.searchParams.set("page", rank);
      location.replace(url);
    }
  }

  for (const field of document.querySelectorAll("textarea[data-mentions]")) {
    const list = document.createElement("ul");
    const status = document.createElement("p");
    let options = [];
    let current = -1;
    let asked = null;
    let waiting;

    list.id = `${field.id}-people`;
    list.className = "mention-list";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    field.after(list, status);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);

    const typed = () => CALL.exec(field.value.slice(0, field.selectionStart))?.[1] ?? "";

    const mark = (rank) => {
      current = rank;
      options.forEach((option, each) => option.setAttribute("aria-selected", String(each === rank)));
      if (rank < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", options[rank].id);
      options[rank]?.scrollIntoView({ block: "nearest" });
    };

    const close = () => {
      clearTimeout(waiting);
      asked?.abort();
      list.hidden = true;
      options = [];
      mark(-1);
      status.textContent = "";
    };

    const choose = (handle) => {
      const end = field.selectionStart;
      field.setRangeText(`${handle} `, end - typed().length, end, "end");
      close();
      field.focus();
    };

    const show = (answer) => {
      list.setAttribute("aria-label", answer.label);
      options = answer.options.map(({ handle, name, organisation }, rank) => {
        const option = document.createElement("li");
        const called = document.createElement("b");
        option.id = `${list.id}-${rank}`;
        option.setAttribute("role", "option");
        called.textContent = `@${handle}`;
        option.append(called, ` ${name}${organisation ? `, ${organisation}` : ""}`);
        option.addEventListener("click", () => choose(handle));
        return option;
      });
      list.replaceChildren(...options);
      list.hidden = !options.length;
      status.textContent = answer.status;
      mark(-1);
    };

    const ask = async (text) => {
      asked?.abort();
      asked = new AbortController();
      const { signal } = asked;
      try {
        const url = new URL(field.dataset.mentions, location.href);
        url.searchParams.set("q", text);
        const response = await fetch(url, { signal });
        if (!response.ok) throw new Error(response.statusText);
        const answer = await response.json();
        if (!signal.aborted) show(answer);
      } catch {
        // Proposals are a comfort: handles can be typed.
        if (!signal.aborted) close();
      }
    };

    field.addEventListener("input", (event) => {
      clearTimeout(waiting);
      const text = typed();
      if (!text) close();
      else if (!event.isComposing) waiting = setTimeout(() => ask(text), PAUSE);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const last = options.length - 1;
      if (event.key === "ArrowDown") mark(current < last ? current + 1 : 0);
      else if (event.key === "ArrowUp") mark(current > 0 ? current - 1 : last);
      else if (event.key === "Enter" && current >= 0) options[current].click();
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", close);
    // The field keeps the focus while the list is pressed.
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }
})();
