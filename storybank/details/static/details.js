// Words selected in the story are put into the field for a detail added by hand. Nothing is sent.
const story = document.querySelector("[data-details]");
const field = document.querySelector("#words");
if (story && field) {
  document.querySelector("[data-with-script]")?.removeAttribute("hidden");
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !story.contains(chosen.anchorNode)) return;
    const words = chosen.toString().replace(/\s+/g, " ").trim();
    if (words && words.length <= 200) field.value = words;
  });
}
