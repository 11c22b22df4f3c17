// Keeps the figures of a board current: asks what changed, and writes it where it stands. Without
// this file the page shows the figures of its moment, and a link to read it again.
(() => {
  "use strict";
  const EVERY_MS = 1500;
  const SLOWEST_MS = 30000;
  const board = document.body;
  const all = (root, selector) => root.querySelectorAll(selector);
  const grouped = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, ",");
  const two = (number) => String(number).padStart(2, "0");
  const china = (iso) => {
    const at = new Date(Date.parse(iso) + 8 * 3600 * 1000);
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  };

  function write(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  function writeYuan(place, fen) {
    write(place.querySelector("b"), grouped(Math.floor(fen / 100)));
    write(place.querySelector("small"), `.${two(fen % 100)}`);
  }

  function fill(root, facts) {
    all(root, "[data-figure]").forEach((place) => {
      const value = facts[place.dataset.figure];
      write(place, typeof value === "number" ? grouped(value) : String(value ?? ""));
    });
    all(root, "[data-yuan]").forEach((place) => writeYuan(place, facts[place.dataset.yuan] ?? 0));
    all(root, "[data-time]").forEach((place) => write(place, china(facts[place.dataset.time])));
  }

  function fillRows(list, rows) {
    const pattern = list.querySelector("template");
    const made = rows.map((facts) => {
      const row = pattern.content.firstElementChild.cloneNode(true);
      fill(row, facts);
      row.classList.toggle("out", facts.available === 0);
      return row;
    });
    list.replaceChildren(pattern, ...made);
  }

  function draw(svg, minutes) {
    const most = Math.max(1, ...minutes.map((minute) => minute.orders));
    const floor = svg.querySelector("line");
    const bars = minutes.map((minute, place) => {
      const bar = document.createElementNS(svg.namespaceURI, "rect");
      const height = Math.floor((minute.orders * 100) / most);
      const facts = { x: 10 * (60 - minutes.length + place), y: 100 - height, width: 8, height };
      Object.entries(facts).forEach(([name, value]) => bar.setAttribute(name, value));
      return bar;
    });
    svg.replaceChildren(...bars, floor);
  }

  function show(told) {
    const minutes = told.per_minute;
    const facts = { ...told, this_minute: minutes.length ? minutes[minutes.length - 1].orders : 0 };
    fill(board, facts);
    const busy = minutes.filter((minute) => minute.orders).reverse();
    all(board, "[data-rows]").forEach((list) => {
      const name = list.dataset.rows;
      fillRows(list, name === "per_minute" ? busy : told[name]);
    });
    all(board, "[data-bars]").forEach((svg) => draw(svg, minutes));
    all(board, "[data-words]").forEach((place) => write(place, told[place.dataset.words].join("、") || "—"));
    all(board, "[data-has-peak]").forEach((place) => { place.hidden = !told.peak; });
    all(board, "[data-no-peak]").forEach((place) => { place.hidden = Boolean(told.peak); });
    if (told.peak) {
      write(board.querySelector("[data-peak=minute]"), china(told.peak.minute));
      write(board.querySelector("[data-peak=orders]"), grouped(told.peak.orders));
    }
  }

  let mark = "";
  let failures = 0;
  let waiting = 0;
  let isAsking = false;

  function note(isLost) {
    board.querySelector("[data-lost]").hidden = !isLost;
    if (!isLost) {
      const at = new Date(Date.now() + 8 * 3600 * 1000);
      const words = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
      write(board.querySelector("[data-clock]"), words);
    }
  }

  async function ask() {
    const answer = await fetch(board.dataset.board, {
      cache: "no-store",
      credentials: "same-origin",
      headers: mark ? { "If-None-Match": mark } : {},
      signal: AbortSignal.timeout(10000),
    });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    mark = answer.headers.get("ETag") ?? "";
    // A session that began or ended says so in words, which the server writes.
    if (told.state !== board.dataset.state) location.reload();
    else show(told);
  }

  async function turn() {
    clearTimeout(waiting);
    if (document.hidden || isAsking) return;
    isAsking = true;
    const began = performance.now();
    try {
      await ask();
      failures = 0;
    } catch {
      failures += 1;
    }
    isAsking = false;
    note(failures > 0);
    const pause = Math.min(SLOWEST_MS, EVERY_MS * 2 ** failures);
    waiting = setTimeout(turn, Math.max(0, pause - (performance.now() - began)));
  }

  document.addEventListener("visibilitychange", turn);
  turn();
})();
