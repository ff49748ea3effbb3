// Says that one is writing, and who else is.
(() => {
  const line = document.querySelector("[data-typing]");
  const dots = document.querySelector("[data-typing-dots]");
  const form = document.querySelector("[data-composer]");
  const words = form?.elements.message;
  if (!line || !dots) return;
  const PAUSE = 3_100; // between two notices: the server drops what comes within 3 s
  const FADE = 6_000; // after the last key
  const timers = new Map();
  let told = 0;
  let pressed = 0;
  let later = 0; // the timer of a notice about keys that came too soon after another

  words?.addEventListener("input", () => {
    clearTimeout(later);
    if (!words.value.trim() || form.dataset.editing !== undefined) return;
    pressed = Date.now();
    // A notice that had to wait says how long ago the last key was.
    if (pressed - told >= PAUSE) tell();
    else later = setTimeout(tell, told + PAUSE - pressed);
  });
  document.addEventListener("chat:kept", ({ detail: { message } }) => {
    if (message === undefined) return;
    clearTimeout(later);
    told = 0;
  });
  document.addEventListener("chat:typing", ({ detail: { user, ago, words: sentence } }) => {
    if (user === document.body.dataset.me) return;
    stop(user);
    const typist = document.createElement("span");
    typist.className = "typist";
    Object.assign(typist.dataset, { user, ago });
    typist.textContent = sentence;
    line.append(typist);
    dots.hidden = false;
    timers.set(user, setTimeout(() => stop(user), FADE - ago));
  });
  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) => {
    if (isNew) stop(piece.dataset.author);
  });

  function tell() {
    told = Date.now();
    const command = { typing: true, ago: told - pressed };
    document.dispatchEvent(new CustomEvent("chat:send", { detail: { command, quiet: true } }));
  }

  function stop(user) {
    clearTimeout(timers.get(user));
    line.querySelector(`[data-user="${CSS.escape(user)}"]`)?.remove();
    dots.hidden = !line.childElementCount;
  }
})();
