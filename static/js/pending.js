// Shows the messages that are on their way, and those that were refused, above the composer.
(() => {
  const list = document.querySelector("[data-pending]");
  const template = document.querySelector("[data-pending-template]");
  const notice = document.querySelector("[data-notice]");
  if (!list || !template) return;

  const row = (id) => list.querySelector(`[data-client-id="${CSS.escape(id ?? "")}"]`);

  document.addEventListener("chat:kept", ({ detail }) => {
    tell("");
    if (detail.message === undefined || row(detail.client_id)) return;
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.clientId = detail.client_id;
    item.querySelector(".cut").textContent = detail.message;
    list.append(item);
  });
  document.addEventListener("chat:ack", ({ detail }) => row(detail.clientId)?.remove());
  document.addEventListener("chat:piece", ({ detail: { piece } }) => {
    if (piece.dataset.author === document.body.dataset.me) row(piece.dataset.clientId)?.remove();
  });
  document.addEventListener("chat:refused", ({ detail: { id, words } }) => {
    const item = row(id);
    if (item) refuse(item, words);
    else tell(words);
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-client-id]");
    const name = target.matches("[data-retry]") ? "chat:retry" : target.matches("[data-discard]") && "chat:discard";
    if (!item || !name) return;
    document.dispatchEvent(new CustomEvent(name, { detail: { id: item.dataset.clientId } }));
    if (name === "chat:discard") item.remove();
    else refuse(item, "");
  });

  function refuse(item, reason) {
    item.querySelector("[data-sending]").hidden = Boolean(reason);
    item.querySelector("[data-failed]").hidden = !reason;
    item.querySelector("[data-reason]").textContent = reason;
  }

  function tell(words) {
    notice.textContent = words;
    notice.hidden = !words;
  }
})();
