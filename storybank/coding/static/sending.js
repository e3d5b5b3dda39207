// What is sent is saved at once. When it is not, that is said, and the selection stays to be sent
// again.
const messages = document.getElementById("messages");

export function say(sentence) {
  const box = document.createElement("div");
  box.className = "sb-message sb-message--notice";
  const line = box.appendChild(document.createElement("p"));
  line.className = "sb-message__text";
  line.textContent = sentence;
  messages.replaceChildren(box);
}

const KEPT = "Your selection and your codes are kept: send them again.";

export function setUpSending({ story, form, taken }) {
  const kept = (element) => (element === form ? KEPT : "Nothing was saved: try again.");

  document.addEventListener("htmx:sendError", ({ detail }) => {
    say(`That did not reach the server. ${kept(detail.elt)}`);
  });
  document.addEventListener("htmx:timeout", ({ detail }) => {
    say(`The server did not answer in time. ${kept(detail.elt)}`);
  });

  // Signed out in the meantime: leaving the page would lose the selection.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    if (!xhr.getResponseHeader("HX-Redirect")?.startsWith("/sign-in")) return;
    event.preventDefault();
    say(`You were signed out. Sign in again in another window. ${kept(elt)}`);
  });

  document.addEventListener("htmx:afterRequest", async ({ detail }) => {
    const { status, responseText } = detail.xhr;
    if (status < 400) return;
    if (status === 400 && (await freshTokens())) {
      say(`This page had been open for long. It is ready again. ${kept(detail.elt)}`);
      return;
    }
    const page = new DOMParser().parseFromString(responseText, "text/html");
    const sentence = page.querySelector(".sb-lede")?.textContent;
    say(sentence ? sentence : `Something went wrong. ${kept(detail.elt)}`);
  });

  // After signing in anew the forms of this page need the new sign-in's token.
  async function freshTokens() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#coder [name=csrf_token]")?.value;
    if (!token) return false;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return true;
  }

  // Every request says which desk is open and which coding is in hand, so that the answer can
  // bring both up to date.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb === "get" && !detail.path.includes("_rows")) return;
    detail.parameters.set("story", story.dataset.story);
    if (taken()) detail.parameters.set("taken", taken());
  });

  // The undo button of a message is a plain form; here it need not leave the page.
  messages.addEventListener("submit", (event) => {
    const address = event.target.getAttribute("action");
    if (address !== story.dataset.undo && address !== story.dataset.redo) return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    story.focus({ preventScroll: true });
    htmx.ajax("POST", address, { source: story, values, swap: "none" });
  });
}
