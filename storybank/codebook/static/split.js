// A digit chooses the code with this number for the passage that has the focus; then the next
// passage gets it. Only inside the passages: nowhere else do digits mean anything.
const passages = [...document.querySelectorAll(".sb-choice")];

document.addEventListener("keydown", (event) => {
  const here = event.target instanceof Element && event.target.closest(".sb-choice");
  if (!here || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const choice = here.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  const next = passages[passages.indexOf(here) + 1];
  const goal = next
    ? next.querySelector("input[type=radio]")
    : here.form?.querySelector("button[type=submit]") ?? here.closest("form").querySelector("button");
  goal?.focus();
  next?.scrollIntoView({ block: "nearest" });
});

passages[0]?.querySelector("input[type=radio]")?.focus({ preventScroll: true });
