// One tap copies a link. Without scripts the address stands in a field to be selected.
(() => {
  "use strict";
  async function copy(field) {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Pages without TLS have no clipboard; what is selected can be copied all the same.
      return document.execCommand("copy");
    }
  }

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    const words = button.textContent, label = button.ariaLabel;
    const show = (text, name, told) => {
      button.textContent = text;
      button.ariaLabel = name;
      done.textContent = told;
    };
    const done = document.createElement("span");
    done.setAttribute("role", "status");
    done.className = "visually-hidden";
    button.after(done);
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(field))) return;
      show(button.dataset.done, button.dataset.done, button.dataset.done);
      setTimeout(() => show(words, label, ""), 2000);
    });
  });
})();
