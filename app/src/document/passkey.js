// Lets the browser make or use a passkey, and sends the form with what it answers. Bytes travel in base64url.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function ask(publicKey) {
  const isNew = "user" in publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  if (isNew) publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
  const response = { transports: made.response.getTransports?.() ?? [] };
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = text(made.response[part]);
  }
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response,
    clientExtensionResults: {},
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
  });
}

const part = document.getElementById("passkey");
if (window.PublicKeyCredential && part) {
  const { form } = part.elements[0];
  const button = part.querySelector("button");
  const failed = part.querySelector("[role=alert]");
  part.hidden = false;
  const without = document.getElementById("without-passkey");
  if (without) without.hidden = true;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    button.disabled = true;
    failed.hidden = true;
    try {
      const answer = await fetch(part.dataset.challenge, { cache: "no-store", redirect: "error" });
      // What was confirmed is so no longer: the page itself leads to where it is.
      if (answer.status === 403) return location.reload();
      const { token, options } = await answer.json();
      form.elements.passkeyResponse.value = await ask(options);
      form.elements.passkeyToken.value = token;
      form.requestSubmit();
    } catch (_) {
      failed.hidden = false;
    }
    button.disabled = false;
  });
}
