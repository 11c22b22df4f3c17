// Suggestions under the search field, and the searches this browser made lately.
// Without this script the field is an ordinary form.
(() => {
  "use strict";
  const field = document.getElementById("shop-q");
  const list = document.getElementById("suggestions");
  if (!field || !list) return;
  const KEY = "recent-searches";
  const MOST = 6;
  const PAUSE_MS = 120;
  let timer = 0;
  let asked = 0;
  let at = -1;

  const recent = () => {
    try { return JSON.parse(localStorage.getItem(KEY) || "[]").filter((one) => typeof one === "string"); }
    catch { return []; }
  };
  const remember = (typed) => {
    const words = typed.trim().slice(0, 100);
    if (!words) return;
    try { localStorage.setItem(KEY, JSON.stringify([words, ...recent().filter((one) => one !== words)].slice(0, MOST))); }
    catch { /* a browser that keeps nothing */ }
  };
  const links = () => [...list.querySelectorAll("a")];
  const close = () => { list.hidden = true; at = -1; };
  const open = () => { list.hidden = links().length === 0; at = -1; };

  function showRecent() {
    const made = recent().map((words) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const kind = document.createElement("span");
      link.className = "suggestion";
      link.href = `${field.form.action}?q=${encodeURIComponent(words)}`;
      link.textContent = words;
      kind.className = "suggestion-kind";
      kind.textContent = list.dataset.recent;
      link.append(kind);
      item.append(link);
      return item;
    });
    list.prepend(...made);
  }

  async function ask() {
    const typed = field.value.trim();
    const turn = ++asked;
    try {
      const answer = await fetch(`${list.dataset.source}?q=${encodeURIComponent(typed)}`);
      // A later question was asked meanwhile: this answer is no longer wanted.
      if (!answer.ok || turn !== asked) return;
      list.innerHTML = await answer.text();
    } catch { return; }
    if (!typed) showRecent();
    if (document.activeElement === field) open();
  }

  function move(step) {
    const all = links();
    if (!all.length) return;
    at = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
    if (at >= all.length) at = -1;
    all.forEach((link, place) => link.classList.toggle("suggestion-chosen", place === at));
  }

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
  field.addEventListener("focus", ask);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0 && links()[at]) { event.preventDefault(); links()[at].click(); }
  });
  field.form.addEventListener("submit", () => remember(field.value));
  document.addEventListener("click", (event) => { if (!field.form.contains(event.target)) close(); });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) setTimeout(() => field.form.contains(document.activeElement) || close(), 150);
  });
})();
