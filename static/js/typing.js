// Says that one is writing, and who else is.
(() => {
  const line = document.querySelector("[data-typing]");
  const words = document.querySelector("[data-composer] textarea");
  if (!line) return;
  const PAUSE = 3_000; // between two notices
  const FADE = 6_000; // after the last one
  const timers = new Map();
  let told = 0;

  words?.addEventListener("input", () => {
    if (!words.value.trim() || Date.now() - told < PAUSE) return;
    told = Date.now();
    document.dispatchEvent(new CustomEvent("chat:send", { detail: { command: { typing: true }, quiet: true } }));
  });
  document.addEventListener("chat:kept", () => {
    told = 0;
  });
  document.addEventListener("chat:typing", ({ detail: { user, words: sentence } }) => {
    stop(user);
    const typist = document.createElement("span");
    typist.className = "typist";
    typist.dataset.user = user;
    typist.textContent = sentence;
    line.append(typist);
    timers.set(user, setTimeout(() => stop(user), FADE));
  });
  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) => {
    if (isNew) stop(piece.dataset.author);
  });

  function stop(user) {
    clearTimeout(timers.get(user));
    line.querySelector(`[data-user="${CSS.escape(user)}"]`)?.remove();
  }
})();
