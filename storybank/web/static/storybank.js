// What every page does when JavaScript is on. Every page works without it.

const root = document.body;

// The NHS.UK components look for this mark, which their own template sets from an inline script;
// our pages allow none. The file has a hash in its name, so the page says where it is.
root.classList.add("js-enabled", "nhsuk-frontend-supported");
const components = document.querySelector('meta[name="storybank-components"]');
if (components) {
  import(components.content).then(({ initAll }) => initAll());
}

// On a narrow screen the menu folds behind a button.
const nav = document.querySelector("[data-sb-nav]");
if (nav) {
  const list = nav.querySelector("ul");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sb-nav__toggle";
  button.textContent = "Menu";
  button.setAttribute("aria-controls", list.id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = nav.classList.toggle("sb-nav--open");
    button.setAttribute("aria-expanded", String(open));
  });
  nav.classList.add("sb-nav--folds");
  nav.prepend(button);
}

// When a part of a page could not be fetched, say so where screen readers hear it.
const trouble = (sentence) => {
  const box = document.createElement("div");
  box.className = "sb-message sb-message--notice";
  const text = document.createElement("p");
  text.className = "sb-message__text";
  text.textContent = sentence;
  box.append(text);
  document.getElementById("messages")?.replaceChildren(box);
};
root.addEventListener("htmx:sendError", () => trouble("Not connected. Nothing was saved. Try again."));
root.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 409) trouble("Something changed in the meantime. Load the page again.");
  else if (status === 403 || status === 404) trouble("That is no longer here for you. Load the page again.");
  else if (status === 503) {
    // The page itself says whether anything may have been kept.
    const unknown = event.detail.xhr.responseText.includes("do not know whether");
    trouble(unknown ? "We do not know whether that was saved. Look before you send it again."
      : "Storybank is resting, and nothing was saved. Try again in a minute.");
  } else if (status === 507) trouble("There is no room left, and nothing was saved. Tell the person who looks after Storybank.");
  else trouble("That did not work, and nothing was saved. Load the page again.");
});
