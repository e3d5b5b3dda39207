// A cell that somebody else changed comes back with both texts in it, and so is shown.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409 && event.target.closest(".sb-matrix")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
