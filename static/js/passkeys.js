// Passkeys: the browser asks the phone, computer or stick, and a form brings the answer.
// Without scripts these forms stay hidden, and password and code do the same.
(() => {
  "use strict";
  const forms = document.querySelectorAll("form[data-passkey]");
  // Their room is kept for whoever can use them.
  if (!window.PublicKeyCredential) { forms.forEach((form) => form.remove()); return; }

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
  };
  const toText = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
    return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  async function question(form) {
    const token = form.querySelector("[name=csrf_token]").value;
    const answer = await fetch(form.dataset.question, {
      method: "POST",
      headers: { "X-CSRFToken": token },
    });
    // Whoever must prove themselves once more gets a page in place of a question.
    if (answer.redirected || !answer.ok) return null;
    const asked = await answer.json();
    asked.challenge = toBytes(asked.challenge);
    asked.allowCredentials = named(asked.allowCredentials);
    asked.excludeCredentials = named(asked.excludeCredentials);
    if (asked.user) asked.user.id = toBytes(asked.user.id);
    return asked;
  }

  const said = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    if (credential.response.userHandle) {
      response.userHandle = toText(credential.response.userHandle);
    }
    if (credential.response.getTransports) {
      response.transports = credential.response.getTransports();
    }
    const { id, type } = credential;
    return { id, type, rawId: toText(credential.rawId), response, clientExtensionResults: {} };
  };

  async function ask(form) {
    const publicKey = await question(form);
    if (publicKey) {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = JSON.stringify(said(credential));
    }
    form.submit();
  }

  forms.forEach((form) => {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      failed.hidden = true;
      ask(form).catch(() => {
        failed.hidden = false;
      });
    });
  });
})();
