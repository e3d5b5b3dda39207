// Leave at once: empty the page, then put another in its place, so that Back does not show it.

const box = document.querySelector("[data-quick-exit]");
const link = box?.querySelector("a");
const WITHIN = 3000; // milliseconds for three presses of Escape

const leave = () => {
  document.title = "Weather";
  document.body.hidden = true;
  location.replace(link.href);
};

if (link) {
  box.querySelector("p").hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (presses.length >= 3) leave();
  }, true);
  // The page comes back whole if a browser kept it.
  addEventListener("pageshow", () => { document.body.hidden = false; });
}
