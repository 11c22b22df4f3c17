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
    const words = button.textContent;
    const done = document.createElement("span");
    done.setAttribute("role", "status");
    done.className = "visually-hidden";
    button.after(done);
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(field))) return;
      button.textContent = done.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; done.textContent = ""; }, 2000);
    });
  });
})();
