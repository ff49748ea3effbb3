// Says beside a message that a change of it is on its way: an edit, its deletion, a reaction.
(() => {
  const template = document.querySelector("[data-changing-template]");
  if (!template) return;
  const waiting = new Map(); // client id → the message's element id

  document.addEventListener("chat:kept", ({ detail: { client_id, ...command } }) => {
    const changed = command.edit ?? command.delete ?? command.react ?? command.unreact;
    if (!changed) return;
    waiting.set(client_id, `m${changed.id}`);
    mark();
  });
  document.addEventListener("chat:forgotten", ({ detail: { id } }) => waiting.delete(id) && mark());
  document.addEventListener("htmx:after:swap", () => waiting.size && mark()); // it may have taken the words away

  function mark() {
    const ids = new Set(waiting.values());
    for (const old of document.querySelectorAll("[data-changing]")) {
      if (!ids.has(old.closest(".msg").id)) old.remove();
    }
    for (const id of ids) {
      const row = document.getElementById(id);
      if (row && !row.querySelector("[data-changing]")) row.append(template.content.cloneNode(true));
    }
  }
})();
