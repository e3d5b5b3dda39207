// Passkeys. The forms are hidden until the browser can make and use them; all else works without.

const able = window.isSecureContext && "PublicKeyCredential" in window
  && !/^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, not to a number

const toBytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0),
);
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

const ask = async (options, making) => {
  const challenge = toBytes(options.challenge);
  if (making) {
    return navigator.credentials.create({ publicKey: {
      ...options,
      challenge,
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    } });
  }
  return navigator.credentials.get({ publicKey: {
    ...options, challenge, allowCredentials: descriptors(options.allowCredentials),
  } });
};

const written = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response,
  });
};

const send = async (url, body) => {
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  const kind = answer.headers.get("Content-Type") ?? "";
  const read = kind.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(read.sentence ?? "That did not work. Load the page and try again.");
  return read;
};

const start = (form) => {
  const making = form.dataset.passkey === "make";
  const trouble = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    button.disabled = true;
    try {
      const body = new FormData(form);
      const options = await send(form.dataset.begin, body);
      body.set("answer", written(await ask(options, making)));
      location.assign((await send(form.action, body)).go);
    } catch (problem) {
      trouble.textContent = problem instanceof DOMException
        ? "Nothing was done. You can try again, or use another way."
        : problem.message;
      trouble.hidden = false;
      button.disabled = false;
    }
  });
};

if (able) {
  for (const form of document.querySelectorAll("[data-passkey]")) start(form);
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
  for (const instead of document.querySelectorAll("[data-passkey-else]")) instead.hidden = true;
}
