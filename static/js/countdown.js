// How long is left to pay. The moment and the minutes stand in the page already; this makes them
// tick, tells readers of screens once a minute, and says when the time is over.
(() => {
  "use strict";

  function wake(place) {
    const [text, said] = [place.querySelector("[data-left]"), place.querySelector("[data-said]")];
    const [arrival] = performance.getEntriesByType("navigation");
    // The server counted the seconds, so a wrong clock here does no harm; only a page that was
    // kept and is shown again must be reckoned from the moment itself.
    const kept = arrival && arrival.type === "back_forward";
    const end = kept ? Date.parse(place.dataset.countdown) : Date.now() + 1000 * place.dataset.seconds;
    const two = (number) => String(number).padStart(2, "0");
    let minutes = null;
    const show = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (!left) {
        place.textContent = place.dataset.over;
        place.setAttribute("role", "status");
        return;
      }
      text.textContent = place.dataset.words.replace("{}", `${Math.floor(left / 60)}:${two(left % 60)}`);
      const now = Math.floor(left / 60);
      if (minutes !== null && now !== minutes) {
        said.textContent = now ? place.dataset.spoken.replace("{}", now) : place.dataset.last;
      }
      minutes = now;
      setTimeout(show, 1000);
    };
    show();
  }

  document.querySelectorAll("[data-countdown]").forEach(wake);
})();
