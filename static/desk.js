// Keys at the vetting desk: J and K step, 0 to 5 score, A, B, C and R decide, Ctrl+Enter gives the
// judgement. Those of one letter can be switched off, per reviewer (WCAG 2.1.4), and nothing needs
// any of them: every step is a link, a button or a radio button.
const choice = document.querySelector("[data-keys]");
const help = document.querySelector("[data-keys-help]");
const judgement = document.getElementById("judgement");

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

const pick = (box) => {
  box?.click();
  box?.focus();
};

const score = (points) => pick(document.activeElement?.closest("fieldset.score")?.querySelector(`input[value="${points}"]`));

// A is the level applied for, B the next lower one each time it is pressed.
const decide = (key) => {
  const all = [...judgement?.querySelectorAll("[name=decision]") ?? []];
  const grants = all.filter((box) => box.value.startsWith("grant-"));
  const lower = grants.slice(1);
  const after = lower.findIndex((box) => box.checked) + 1;
  pick({
    a: grants[0],
    b: lower[Math.min(after, lower.length - 1)],
    c: all.find((box) => box.value === "ask_for_changes"),
    r: all.find((box) => box.value === "reject"),
  }[key]);
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && judgement?.contains(event.target)) {
    event.preventDefault();
    judgement.requestSubmit();
    return;
  }
  if (choice?.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (/^[0-5]$/.test(key)) score(key);
  else if (/^[abcr]$/.test(key)) decide(key);
  else return;
  event.preventDefault();
});

if (choice) choice.hidden = false;
if (help) help.hidden = false;
