/* Small comforts for people who have JavaScript; every page works without this file. */
(() => {
  "use strict";
  const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

  /* "/" goes to the search box; "Thêm" and the account menu close when one clicks elsewhere or presses Esc. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if (event.key === "Escape") closeMenus(null);
  });
  const closeMenus = (inside) => document.querySelectorAll(".account[open], .rest details[open]").forEach((menu) => {
    if (!inside || !menu.contains(inside)) menu.open = false;
  });
  document.addEventListener("click", (event) => closeMenus(event.target));

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* Forms: Enter moves on, Ctrl+Enter saves (with Shift: and goes on to the next step), Esc goes back and asks only if something was typed. */
  document.querySelectorAll("form[data-entry]").forEach((form) => {
    let touched = document.getElementById("form-errors") !== null;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { form.querySelectorAll("button[type=submit]").forEach((button) => { button.setAttribute("aria-busy", "true"); }); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(event.shiftKey ? form.querySelector("[data-onward]") : null); return; }
      if (event.key === "Enter" && event.target.matches("input, select") && !event.isComposing) {
        event.preventDefault();
        const stops = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button[type=submit]")].filter((stop) => stop.offsetParent !== null && stop.tabIndex >= 0);
        stops[stops.indexOf(event.target) + 1]?.focus();
      }
      if (event.key === "Escape") {
        const cancel = form.querySelector("[data-cancel]");
        if (cancel && (!touched || window.confirm(form.dataset.sayLeave))) window.location.assign(cancel.href);
      }
    });
  });

  /* Dates: digits get their slashes, "h" or "t" types today, a picker stands beside. */
  document.querySelectorAll("form[data-entry] input[data-date]").forEach((input) => {
    const say = (value) => { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); };
    const words = input.form.dataset;
    const row = document.createElement("span");
    row.className = "date-entry";
    input.replaceWith(row);
    const today = document.createElement("button");
    today.type = "button"; today.className = "button"; today.tabIndex = -1;
    today.textContent = words.sayToday; today.title = "h"; input.setAttribute("aria-keyshortcuts", "h");
    today.addEventListener("click", () => { say(input.dataset.date); input.focus(); });
    const picker = document.createElement("input");
    picker.type = "date"; picker.tabIndex = -1; picker.setAttribute("aria-hidden", "true");
    const open = document.createElement("button");
    open.type = "button"; open.className = "button"; open.tabIndex = -1;
    open.textContent = words.sayCalendar;
    open.addEventListener("click", () => { try { picker.showPicker(); } catch { picker.focus(); } });
    picker.addEventListener("change", () => { if (picker.value) say(picker.value.split("-").reverse().join("/")); });
    row.append(input, today, open, picker);
    if (input.hasAttribute("autofocus")) input.focus();
    input.addEventListener("keydown", (event) => {
      if (["h", "H", "t", "T"].includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) { event.preventDefault(); say(input.dataset.date); }
    });
    input.addEventListener("input", (event) => {
      if (event.inputType !== "insertText" || input.selectionStart !== input.value.length) return;
      const digits = input.value.replace(/\D/g, "");
      if (/^\d{2}$/.test(input.value) || /^\d{2}\/\d{2}$/.test(input.value)) input.value += "/";
      else if (/^\d{3,8}$/.test(input.value)) input.value = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
    });
  });

  /* Long lists of codes: typing a few letters, with or without diacritics, leaves only what fits. */
  document.querySelectorAll("form[data-entry] select").forEach((select) => {
    if (select.options.length < 12) return;
    const all = [...select.options].map((option) => option.cloneNode(true));
    const filter = document.createElement("input");
    filter.type = "text"; filter.className = "code-filter"; filter.autocomplete = "off";
    filter.placeholder = select.form.dataset.sayFilter;
    filter.setAttribute("aria-label", `${select.labels[0]?.firstChild.textContent.trim() ?? ""}: ${filter.placeholder}`);
    select.before(filter);
    filter.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = fold(filter.value).split(/\s+/).filter(Boolean);
      const chosen = select.value;
      const fitting = all.filter((option) => !option.value || wanted.every((part) => fold(`${option.value} ${option.text}`).includes(part)));
      select.replaceChildren(...fitting.map((option) => option.cloneNode(true)));
      const codes = fitting.filter((option) => option.value);
      select.value = codes.some((option) => option.value === chosen) ? chosen : wanted.length && codes.length ? codes[0].value : "";
    });
  });

  /* htmx comes only to pages that have work for it, and after all else: it wants a document that is complete. */
  if (document.querySelector("[hx-get], [hx-post]")) {
    window.addEventListener("load", () => {
      const script = document.createElement("script");
      script.src = document.querySelector("script[data-htmx]").dataset.htmx;
      document.head.append(script);
    });
  }

  /* A part that refreshes itself waits while nobody looks or somebody reads inside it, and stops after a quarter of an hour without
     a hand on the machine, so that a forgotten screen does not keep its session alive. An answer without the part (the door, an
     error) leaves the old one standing, marked as old. */
  const QUARTER_HOUR = 15 * 60 * 1000;
  let lastTouched = Date.now();
  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((sign) => document.addEventListener(sign, () => { lastTouched = Date.now(); }, { passive: true }));
  const live = (event) => (event.detail.target ?? event.target)?.closest?.("[data-live]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = live(event);
    if (!part) return;
    const idle = Date.now() - lastTouched > QUARTER_HOUR;
    if (idle) part.classList.add("stale");
    if (idle || document.hidden || part.querySelector("details[open]") || part.contains(document.activeElement)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = live(event);
    if (!part || event.detail.xhr.responseText.includes(`id="${part.id}"`)) return;
    event.detail.shouldSwap = false;
    part.classList.add("stale");
  });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((fault) => document.addEventListener(fault, (event) => live(event)?.classList.add("stale")));
})();
