// Small comforts. Every page does its whole work without this file.
"use strict";

document.documentElement.classList.add("js");

// After a refused form the reader stands at the list of what to mend.
document.querySelector("[data-error-summary]")?.focus();

// A second press within five seconds is a slip: the form is already on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});

// A label, or a line of the error summary, may name a text area that the editor has taken over.
document.addEventListener("click", (event) => {
  const link = event.target.closest("label[for], [data-error-summary] a");
  const field = link && document.getElementById(link.htmlFor || link.hash.slice(1));
  field?.closest(".prose-editor")?.querySelector("[contenteditable]")?.focus();
});

// What keep-typed.js has kept goes when the server has taken it, and when a person signs out.
const taken = /(?:^|; )taken="?([^;"]*)/.exec(document.cookie);
if (taken) {
  sessionStorage.removeItem(`typed:${taken[1]}`);
  document.cookie = "taken=; max-age=0; path=/";
}
document.addEventListener("submit", ({ target }) => {
  if (!target.getAttribute("action")?.endsWith("/logout/")) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("typed:")) sessionStorage.removeItem(key);
  }
});
