// Passkeys: asks the browser for a credential and sends it with the form that wants it.
// The options stand in the page (#passkey-options) or, before sign-in, at the form's own address.
(() => {
  const optionsFor = async (form) => {
    const inPage = document.getElementById("passkey-options");
    if (inPage) return JSON.parse(inPage.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
    return answer.json();
  };

  const create = (publicKey, passwordless) => {
    Object.assign(publicKey.authenticatorSelection, {
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
    }, passwordless && { userVerification: "required" });
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  };

  const get = (publicKey) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });

  document.querySelectorAll("form[data-passkey]").forEach((form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { creation_options: fresh, request_options: known } = await optionsFor(form);
      const credential = fresh
        ? await create(fresh.publicKey, Boolean(form.elements.passwordless?.checked))
        : await get(known.publicKey);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      form.querySelector("[data-passkey-failed]").hidden = false;
    }
  }));
})();
