// The simple editor of proposals. Without it, the same texts are edited in plain fields.
(() => {
  "use strict";
  const form = document.querySelector("[data-proposal]");
  const tools = document.getElementById("proposal-tools");
  const SENT = "proposal-sent";
  try {
    // The page after the editor: what was kept of a text that has been sent is no longer needed.
    const sent = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    if (sent && !form) localStorage.removeItem(sent);
  } catch { /* Nothing is kept where nothing may be. */ }
  if (!form || !tools || !document.execCommand) return;
  const key = `proposal:${location.pathname}`;
  const editors = [];
  const base = form.querySelector("[name=base]");

  const pressed = (editor) => {
    const inside = editor.text.contains(document.activeElement);
    editor.bar.querySelectorAll("[aria-pressed]").forEach((button) => {
      const command = button.dataset.command;
      const on = command === "heading"
        ? /^h[2-4]$/i.test(document.queryCommandValue("formatBlock"))
        : document.queryCommandState(command);
      button.setAttribute("aria-pressed", String(inside && on));
    });
  };

  const address = (typed) => {
    const trimmed = typed.trim();
    return /^(https?:\/\/|mailto:|\/)/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  };

  const run = (editor, button) => {
    const command = button.dataset.command;
    editor.text.focus();
    if (command === "heading") {
      const on = /^h[2-4]$/i.test(document.queryCommandValue("formatBlock"));
      document.execCommand("formatBlock", false, on ? "p" : "h3");
    } else if (command === "link") {
      const typed = window.prompt(button.dataset.ask, "");
      if (typed === null) return;
      if (typed.trim()) document.execCommand("createLink", false, address(typed));
      else document.execCommand("unlink");
    } else {
      document.execCommand(command);
    }
    pressed(editor);
    remember();
  };

  // HTML is parsed apart, where nothing runs, and only known elements come into the page.
  const KNOWN = new Set(["P", "BR", "H2", "H3", "H4", "UL", "OL", "LI", "STRONG", "B", "EM", "I", "A", "BLOCKQUOTE", "SUP", "SUB", "DIV",
    "ABBR", "Q", "CITE", "CODE", "HR", "TABLE", "CAPTION", "THEAD", "TBODY", "TR", "TH", "TD"]);
  const restored = (html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html").body;
    [...parsed.querySelectorAll("*")].forEach((element) => {
      const href = element.tagName === "A" ? element.getAttribute("href") : null;
      const title = element.tagName === "ABBR" ? element.getAttribute("title") : null;
      [...element.attributes].forEach((attribute) => element.removeAttribute(attribute.name));
      if (href && /^(https?:|mailto:|tel:|\/|#)/i.test(href)) element.setAttribute("href", href);
      if (title) element.setAttribute("title", title);
      if (!KNOWN.has(element.tagName)) element.replaceWith(...element.childNodes);
    });
    return [...parsed.childNodes];
  };

  const make = (field) => {
    const label = document.getElementById(`${field.id}-label`);
    const bar = tools.content.firstElementChild.cloneNode(true);
    const text = document.createElement("div");
    text.className = "editor-text";
    text.contentEditable = "true";
    text.setAttribute("role", "textbox");
    text.setAttribute("aria-multiline", "true");
    text.setAttribute("aria-labelledby", label.id);
    text.append(...restored(field.nextElementSibling.value));
    const sent = document.createElement("input");
    sent.type = "hidden";
    sent.name = `html-${field.name.slice("texte-".length)}`;
    const described = field.getAttribute("aria-describedby");
    const error = (described || "").split(" ").filter((id) => id !== "plain-help").join(" ");
    if (error) {
      text.setAttribute("aria-describedby", error);
      text.setAttribute("aria-invalid", "true");
    }
    field.hidden = true;
    field.after(bar, text, sent);
    label.removeAttribute("for");
    label.addEventListener("click", () => text.focus());
    const editor = { field, bar, text, sent, first: text.innerHTML };
    text.id = field.id;
    field.removeAttribute("id");
    // One stop for the keyboard: arrows go from one button to the next.
    const buttons = [...bar.querySelectorAll("button")];
    buttons.forEach((button, rank) => {
      button.tabIndex = rank ? -1 : 0;
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => run(editor, button));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = buttons[(rank + step + buttons.length) % buttons.length];
        buttons.forEach((each) => { each.tabIndex = each === next ? 0 : -1; });
        next.focus();
      });
    });
    text.addEventListener("keyup", () => pressed(editor));
    text.addEventListener("mouseup", () => pressed(editor));
    text.addEventListener("input", remember);
    text.addEventListener("paste", (event) => {
      const plain = event.clipboardData && event.clipboardData.getData("text/plain");
      if (!plain) return;
      event.preventDefault();
      document.execCommand("insertText", false, plain);
    });
    editors.push(editor);
  };

  // What is being written survives a closed tab, on this device only.
  let waiting = 0;
  const lines = [...form.querySelectorAll("textarea:not([data-prose]), #id_reason")];
  function remember() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      const kept = { base: base ? base.value : "", html: {}, plain: {} };
      editors.forEach((editor) => {
        if (editor.text.innerHTML !== editor.first) kept.html[editor.sent.name] = editor.text.innerHTML;
      });
      lines.forEach((line) => {
        if (line.value !== line.defaultValue) kept.plain[line.name] = line.value;
      });
      try {
        if (Object.keys(kept.html).length || Object.keys(kept.plain).length) localStorage.setItem(key, JSON.stringify(kept));
        else localStorage.removeItem(key);
      } catch { /* No room, or not allowed: the page itself still holds the text. */ }
    }, 400);
  }

  const forget = () => { try { localStorage.removeItem(key); } catch { /* Nothing was kept. */ } };

  const offer = () => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key) || "null"); } catch { return; }
    if (!kept || "keep" in form.dataset) return;
    const notice = document.createElement("div");
    notice.className = "notice notice-info";
    notice.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = `${form.dataset.unsaved} `;
    const restore = document.createElement("button");
    const drop = document.createElement("button");
    restore.textContent = form.dataset.restore;
    drop.textContent = form.dataset.forget;
    [restore, drop].forEach((button) => { button.type = "button"; button.className = "button button-secondary button-small"; });
    restore.addEventListener("click", () => {
      // What was written for another version is compared with that one: later changes stay.
      if (base && kept.base) base.value = kept.base;
      editors.forEach((editor) => {
        const html = (kept.html || {})[editor.sent.name];
        if (typeof html === "string") editor.text.replaceChildren(...restored(html));
      });
      lines.forEach((line) => {
        const typed = (kept.plain || {})[line.name];
        if (typeof typed === "string") line.value = typed;
      });
      notice.remove();
      (editors[0] || { text: lines[0] }).text.focus();
    });
    drop.addEventListener("click", () => { forget(); notice.remove(); });
    words.append(restore, " ", drop);
    notice.append(words);
    form.before(notice);
  };

  document.execCommand("defaultParagraphSeparator", false, "p");
  form.querySelectorAll("[data-prose]").forEach(make);
  lines.forEach((line) => line.addEventListener("input", remember));
  document.getElementById("plain-help").hidden = editors.length > 0;
  form.addEventListener("submit", () => {
    try { sessionStorage.setItem(SENT, key); } catch { /* It will be offered again, no more. */ }
    editors.forEach((editor) => {
      // An untouched text is not sent: nothing of it can change by passing through a browser.
      if (editor.text.innerHTML === editor.first && !("keep" in form.dataset)) editor.sent.disabled = true;
      editor.sent.value = editor.text.innerHTML;
      editor.field.disabled = true;
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) editors.forEach((editor) => { editor.sent.disabled = editor.field.disabled = false; });
  });
  offer();
  const focused = document.querySelector("[data-focus]");
  if (focused) focused.focus();
})();
