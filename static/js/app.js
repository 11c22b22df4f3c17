// Small comforts on top of pages that work without them.
(() => {
  "use strict";
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  // Steppers: the buttons are hidden until they can do something.
  function wakeStepper(stepper) {
    const input = stepper.querySelector("input");
    const buttons = stepper.querySelectorAll("[data-step]");
    const refresh = () => {
      const at = Number(input.value);
      buttons.forEach((button) => {
        const edge = button.dataset.step < 0 ? input.min : input.max;
        button.disabled = edge !== "" && (button.dataset.step < 0 ? at <= +edge : at >= +edge);
      });
    };
    buttons.forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        button.dataset.step < 0 ? input.stepDown() : input.stepUp();
        input.dispatchEvent(new Event("change", { bubbles: true }));
        refresh();
      });
    });
    input.addEventListener("input", refresh);
    refresh();
  }

  // Toasts leave by their button; good news leaves by itself, errors stay until read.
  function wakeToast(toast) {
    const button = toast.querySelector("[data-dismiss]");
    button.hidden = false;
    button.addEventListener("click", () => toast.remove());
    const quiet = toast.classList.contains("toast-success") && !toast.classList.contains("toast-still");
    if (quiet) setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 8000);
  }

  // A select that filters a list submits its form; the form's own button is then not needed.
  function wakeAutoSubmit(field) {
    field.addEventListener("change", () => field.form.requestSubmit());
    each(field.form, "[data-without-script]", (button) => { button.hidden = true; });
  }

  function wakeSelectAll(box) {
    const boxes = [...document.querySelectorAll(`input[data-in="${CSS.escape(box.dataset.selects)}"]`)];
    const refresh = () => {
      const on = boxes.filter((one) => one.checked).length;
      box.checked = on > 0 && on === boxes.length;
      box.indeterminate = on > 0 && on < boxes.length;
    };
    box.addEventListener("change", () => boxes.forEach((one) => {
      if (one.checked !== box.checked) { one.checked = box.checked; one.dispatchEvent(new Event("change")); }
    }));
    boxes.forEach((one) => one.addEventListener("change", refresh));
    refresh();
  }

  function wakeDrop(drop) {
    const over = (on) => (event) => { event.preventDefault(); drop.classList.toggle("drop-over", on); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", (event) => {
      over(false)(event);
      drop.querySelector("input").files = event.dataTransfer.files;
    });
  }

  // Drafts: what was typed stays in this tab until the server has taken it.
  // Passwords, files and hidden tokens are never kept, nor who somebody is and where their money is.
  const PERSONAL = /^(consignee_|legal_|phone|bank_number)/;
  const draftKey = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
  const kept = (form) => [...form.elements].filter(
    (field) => field.name && !PERSONAL.test(field.name)
      && !["password", "file", "hidden", "submit"].includes(field.type));
  function keepDraft(form) {
    const values = kept(form).map((field) => [field.name, field.value, field.checked]);
    sessionStorage.setItem(draftKey(form), JSON.stringify(values));
  }
  function wakeDraft(form) {
    const saved = JSON.parse(sessionStorage.getItem(draftKey(form)) || "null");
    if (saved && !form.querySelector("[aria-invalid]")) {
      kept(form).forEach((field, place) => {
        const [name, value, checked] = saved[place] || [];
        if (name !== field.name) return;
        if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
        else field.value = value;
      });
    }
    form.addEventListener("input", () => keepDraft(form));
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) { sessionStorage.setItem("draft-sent", draftKey(form)); return; }
      event.preventDefault();
      keepDraft(form);
      say(form.dataset.offline);
    });
  }
  function say(words) {
    const toast = document.createElement("p");
    toast.className = "toast toast-warning";
    toast.textContent = words;
    document.getElementById("toasts").append(toast);
  }

  // A plan that is edited: the sum follows, and so does the bar.
  function wakePlan(form) {
    const cells = [...form.querySelectorAll("[data-plan-price]")];
    const bar = form.querySelector(".quota-preview");
    const refresh = () => {
      const fen = cells.reduce((sum, cell) => sum + cell.dataset.planPrice * (+cell.querySelector("input").value || 0), 0);
      const cents = String(fen % 100).padStart(2, "0");
      form.querySelector("[data-plan-sum]").textContent = `${Math.floor(fen / 100).toLocaleString("en-US")}.${cents}`;
      if (bar) bar.setAttribute("width", fen);
    };
    form.addEventListener("input", refresh);
    form.addEventListener("change", refresh);
  }

  function wake(root) {
    each(root, "[data-stepper]", wakeStepper);
    each(root, "[data-toast]", wakeToast);
    each(root, "select[data-autosubmit], input[data-autosubmit]", wakeAutoSubmit);
    each(root, "[data-selects]", wakeSelectAll);
    each(root, "[data-plan]", wakePlan);
    each(root, "[data-drop]", wakeDrop);
    each(root, "form[data-draft]", wakeDraft);
    const first = root.querySelector("[data-autofocus]");
    if (first) first.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector('[data-shortcut="/"]');
    if (field) { event.preventDefault(); field.focus(); }
  });

  // Arriving at a new page means that the server has answered. Coming back or reloading after a
  // failed request does not: there the draft is still the only copy.
  const sent = sessionStorage.getItem("draft-sent");
  const [arrival] = performance.getEntriesByType("navigation");
  if (sent && arrival && arrival.type === "navigate") sessionStorage.removeItem(sent);
  sessionStorage.removeItem("draft-sent");
  wake(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) wake(event.target);
  });
})();
