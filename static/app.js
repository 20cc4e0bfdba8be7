// The few things a page cannot do without script. Every page works without this file.
(() => {
  const on = (name, act) => document.addEventListener(name, act);

  // A second press of the same button must not send the form twice.
  on("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  // An open menu closes on Escape and on a press elsewhere.
  const menus = (but) => document.querySelectorAll("details.menu[open]").forEach((menu) => menu !== but && (menu.open = false));
  on("click", (event) => menus(event.target.closest("details.menu")));
  on("keydown", (event) => event.key === "Escape" && menus());

  // A swapped-in dialog opens itself; a swapped-in error summary takes the focus; what a new answer
  // comes to is said aloud.
  on("htmx:afterSettle", (event) => {
    event.target.querySelector("dialog.modal:not([open])")?.showModal();
    event.target.querySelector(".errors")?.focus();
    const says = event.target.querySelector("[data-says]");
    if (says) document.getElementById("said").textContent = says.textContent;
  });

  // What is left empty in a search is no part of its address.
  on("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") return;
    for (const name of new Set(detail.formData.keys())) {
      const filled = detail.formData.getAll(name).filter(Boolean);
      detail.formData.delete(name);
      filled.forEach((value) => detail.formData.append(name, value));
    }
  });

  // A request that got no answer says so; nothing is lost, because nothing was replaced.
  const failed = () => {
    const text = document.getElementById("request-failed");
    if (text) document.getElementById("toasts").append(text.content.cloneNode(true));
  };
  on("htmx:responseError", failed);
  on("htmx:sendError", failed);

  // A page nobody looks at asks for no news; Ctrl+Enter sends what is written.
  on("htmx:beforeRequest", (event) => document.hidden && event.target.hasAttribute("data-poll") && event.preventDefault());
  on("keydown", (event) => event.ctrlKey && event.key === "Enter" && event.target.matches("[data-ctrl-enter]") && event.target.form.requestSubmit());

  // Keys of a list, for whoever is in it and has not switched them off: J and K step, ? shows them,
  // others press a button.
  on("keydown", (event) => {
    const row = event.target.closest("[data-keys=on] > [data-row]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const help = document.querySelector("[data-keys-help]");
    if (event.key === "?" && help) help.open = !help.open;
    const next = { j: row.nextElementSibling, k: row.previousElementSibling }[event.key];
    (next?.querySelector("h3 a") ?? row.querySelector(`[data-key="${CSS.escape(event.key)}"]`))?.[next ? "focus" : "click"]();
  });

  // The browser's time zone, where a field still says what we began with.
  document.querySelectorAll("[data-timezone]").forEach((input) => {
    if (input.value === input.dataset.timezone) input.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  });
})();
