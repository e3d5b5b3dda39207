/* Sheets of paper by keyboard: Ctrl and Enter keep a sheet, and its number is ready to type over. */

const form = document.querySelector("[data-sheet]");
if (form) {
  const keys = form.querySelector("[data-keys]");
  if (keys) keys.hidden = false;
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const first = form.querySelector("button[type=submit]:not([name])");
    if (first) form.requestSubmit(first);
  });
  if (document.activeElement?.id === "sheet") document.activeElement.select();
}
