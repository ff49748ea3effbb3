// The theme is put on at once; the server makes the device remember it.
(() => {
  const form = document.querySelector("[data-theme-choice]");
  if (!form) return;
  const page = document.documentElement;
  const scheme = document.querySelector("meta[name=color-scheme]");
  const save = form.querySelector("[data-save]");
  let sending = Promise.resolve();

  save.hidden = true;
  form.addEventListener("change", () => {
    const theme = form.elements.theme.value;
    if (theme === "system") delete page.dataset.theme;
    else page.dataset.theme = theme;
    scheme.content = theme === "system" ? "light dark" : theme;
    // One after the other: the last choice must be the last to arrive.
    sending = sending.then(send);
  });

  async function send() {
    try {
      const body = new FormData(form);
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
      save.hidden = answer.type === "opaqueredirect";
    } catch {
      save.hidden = false; // to be tried again by hand
    }
  }
})();
