/* Counts on between two polls: [data-timer] holds the seconds that were left when it came.
   Nothing is said aloud; the number changes, and in the end it stands at nought. */

const SHOWN = new WeakMap();

function tick() {
  document.querySelectorAll("[data-timer]").forEach((one) => {
    if (!SHOWN.has(one)) SHOWN.set(one, performance.now() + Number(one.dataset.timer) * 1000);
    const left = Math.max(0, Math.round((SHOWN.get(one) - performance.now()) / 1000));
    const shows = one.querySelector("[data-timer-left]");
    const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (shows && shows.textContent !== words) shows.textContent = words;
    one.classList.toggle("mt-timer--over", left === 0);
  });
}

tick();
setInterval(tick, 500);
