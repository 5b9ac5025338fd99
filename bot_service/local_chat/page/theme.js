// Light, dark, or what the device says. Runs before the first paint, so that nothing flashes.
"use strict";

const THEME = "theme";

function chosenTheme() {
  try {
    return localStorage.getItem(THEME) ?? "";
  } catch {
    return "";
  }
}

function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const dark = theme === "dark" || (theme === "" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.querySelector('meta[name="theme-color"]').content = dark ? "#17212b" : "#ffffff";
  for (const button of document.querySelectorAll("#themes button")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  }
}

showTheme(chosenTheme());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => showTheme(chosenTheme()));
document.addEventListener("DOMContentLoaded", () => {
  showTheme(chosenTheme());
  document.getElementById("themes").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    try {
      localStorage.setItem(THEME, button.dataset.theme);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    showTheme(button.dataset.theme);
  });
});
