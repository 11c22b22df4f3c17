// The form that was kept is sent again by itself. Without scripts a button does it.
(() => {
  "use strict";
  const [arrival] = performance.getEntriesByType("navigation");
  // Whoever comes back by the browser's own button did not mean to send it twice.
  if (arrival?.type === "back_forward") return;
  document.querySelector("form[data-go-on]")?.requestSubmit();
})();
