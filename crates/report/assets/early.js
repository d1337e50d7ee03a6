"use strict";
// Runs before anything is drawn: keeps every error for tests, and sets the theme without a flash.
window.shelfcast = { errors: [] };
window.addEventListener("error", (event) => window.shelfcast.errors.push(String(event.message)));
window.addEventListener("unhandledrejection", (event) => window.shelfcast.errors.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  window.shelfcast.errors.push(`blocked ${event.violatedDirective}: ${event.blockedURI}`));
{
  const said = console.error;
  console.error = (...words) => {
    window.shelfcast.errors.push(words.map(String).join(" "));
    said.apply(console, words);
  };
  let theme = new URLSearchParams(location.hash.slice(1)).get("theme");
  try {
    theme = theme || localStorage.getItem("shelfcast-theme");
  } catch {
    // A page opened from a file may have no storage: the system's theme holds.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
