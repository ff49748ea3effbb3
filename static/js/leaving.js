// Who logs out leaves nothing of what they were writing on the device, and nobody finds another's there.
(() => {
  function forget(isToGo) {
    for (const key of Object.keys(localStorage)) {
      const [kind, person] = key.split(" ");
      if (["draft", "outbox"].includes(kind) && isToGo(person)) localStorage.removeItem(key);
    }
  }

  forget((person) => person !== document.body.dataset.me);
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("[data-logout]")) return;
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("posted ")) sessionStorage.removeItem(key);
    forget(() => true);
  });
})();
