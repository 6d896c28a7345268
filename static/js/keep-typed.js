// What is typed survives a lost connection: this tab keeps it until the server has taken it, which
// site.js learns from a cookie. It comes back with the version that it was typed over, so what
// somebody else saved meanwhile is not overwritten unseen.
"use strict";

{
  const form = document.querySelector("form[data-keep]");
  const key = `typed:${new URL(form?.action ?? "", location).pathname}`;
  const who = form?.dataset.keep;
  const isTaken = document.cookie.replaceAll('"', "").includes(`taken=${key.slice(6)}`);

  const kept = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(key));
      return found?.who === who ? found : null;
    } catch {
      return null;
    }
  };

  const fields = () =>
    [...form.elements].filter((field) => {
      return field.name && field.type !== "submit" && field.name !== "csrfmiddlewaretoken";
    });

  const keep = () => {
    const values = fields().map(({ name, value, checked }) => ({ name, value, checked }));
    try {
      sessionStorage.setItem(key, JSON.stringify({ who, values }));
    } catch {
      // A full or forbidden storage: the form works as it does without this script.
    }
  };

  const bringBack = ({ values }) => {
    for (const { name, value, checked } of values) {
      const same = fields().filter((field) => field.name === name);
      const box = same.find((field) => field.type === "checkbox" && field.value === value);
      if (box) box.checked = checked;
      else if (same.length === 1) same[0].value = value;
    }
    form.querySelector("[data-kept]").hidden = false;
  };

  if (form) {
    // The answer to a form that was sent holds what was typed already.
    if (!form.dataset.answered && !isTaken && kept()) bringBack(kept());
    let waiting;
    let typed = Boolean(kept());
    form.addEventListener("input", () => {
      typed = true;
      clearTimeout(waiting);
      waiting = setTimeout(keep, 200);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      if (typed) keep();
    });
    form.querySelector("[data-kept-drop]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      location.assign(form.action);
    });
  }
}
