// Single keys at the vetting desk: J and K step, 0 to 5 score. They can be switched off (WCAG 2.1.4),
// and nothing needs them: every step is a link, a button or a radio button.
const STORE = "desk-keys";
const help = document.querySelector("[data-keys-help]");
const button = document.querySelector("[data-keys-switch]");
const isOn = () => localStorage.getItem(STORE) !== "off";

const show = () => {
  button?.setAttribute("aria-pressed", String(isOn()));
  if (help) help.hidden = !isOn();
};

const isTyping = (element) =>
  element?.isContentEditable || ["TEXTAREA", "SELECT"].includes(element?.tagName) ||
  (element?.tagName === "INPUT" && !["radio", "checkbox"].includes(element.type));

// What J and K step through: the lines of the queue, or the criteria of a case.
const stops = () => [...document.querySelectorAll("[data-step] a, fieldset.score")]
  .filter((stop, place, all) => stop.tagName === "FIELDSET" || all.findIndex((other) => other.closest("[data-step]") === stop.closest("[data-step]")) === place);

const current = () => document.activeElement?.closest("fieldset.score") ?? document.activeElement?.closest("[data-step]");

const step = (by) => {
  const all = stops();
  const here = all.findIndex((stop) => stop === current() || current()?.contains(stop));
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  if (!next) return;
  const target = next.matches("fieldset") ? next.querySelector("input:checked") ?? next.querySelector("input") : next;
  target.focus();
  next.scrollIntoView({ block: "center" });
};

const score = (points) => {
  const box = document.activeElement?.closest("fieldset.score")?.querySelector(`input[value="${points}"]`);
  box?.click();
  box?.focus();
};

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (/^[0-5]$/.test(key)) score(key);
  else return;
  event.preventDefault();
});

button?.addEventListener("click", () => {
  localStorage.setItem(STORE, isOn() ? "off" : "on");
  show();
});
if (button) button.hidden = false;
show();
