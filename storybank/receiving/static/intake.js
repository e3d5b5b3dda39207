// When the work that was watched is done, the page is shown as it is then.

document.body.addEventListener("htmx:afterSwap", () => {
  if (document.querySelector("#progress[data-done]")) window.location.reload();
});
