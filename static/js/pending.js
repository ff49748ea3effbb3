// Shows the messages that are on their way, and those that were refused, below the others.
(() => {
  const log = document.querySelector("[data-log]");
  const room = document.querySelector("[data-room][data-since]");
  const list = document.querySelector("[data-pending]");
  const template = document.querySelector("[data-pending-template]");
  const notice = document.querySelector("[data-notice]");
  if (!room || !list || !template) return;
  const RESTORED_AFTER = 1_000; // ms
  const FOLLOWS_WITHIN = 300_000; // ms, as the server groups them

  const row = (id) => list.querySelector(`[data-client-id="${CSS.escape(id ?? "")}"]`);

  document.addEventListener("chat:kept", ({ detail }) => {
    tell("");
    if (detail.message === undefined || row(detail.client_id)) return;
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.clientId = detail.client_id;
    item.dataset.replyTo = detail.reply_to ?? "";
    item.querySelector(".prose").textContent = detail.message;
    item.toggleAttribute("data-follow", !detail.reply_to && follows());
    list.append(item);
    // What an earlier page sent is mostly there already, and soon known to be.
    if (detail.restored) setTimeout(() => (item.hidden = false), RESTORED_AFTER);
    item.hidden = Boolean(detail.restored);
  });
  // Where the answer comes first the row stands for its message until that is here.
  document.addEventListener("chat:forgotten", ({ detail: { id, seq } }) => {
    if (!(Number(seq) > Number(room.dataset.since))) remove(row(id));
  });
  document.addEventListener("chat:piece", ({ detail: { piece } }) => remove(row(piece.dataset.clientId)));
  document.addEventListener("chat:refused", ({ detail: { id, words } }) => {
    const item = row(id);
    if (item) refuse(item, words);
    else tell(words);
  });
  document.addEventListener("chat:notice", ({ detail: { words } }) => tell(words));
  // They stay on the device, and the next page sends them; but nothing goes from here.
  document.addEventListener("chat:stopped", ({ detail: { words } }) => {
    for (const item of list.querySelectorAll("[data-state=sending]")) refuse(item, words);
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-client-id]");
    if (!item || !target.matches("button")) return;
    const { clientId, replyTo } = item.dataset;
    document.getElementById("words")?.focus();
    if (target.matches("[data-retry]")) {
      ask("chat:retry", { id: clientId });
      if (room.dataset.state === "stopped") location.reload();
      else refuse(item, "");
      return;
    }
    ask("chat:discard", { id: clientId });
    const text = item.querySelector(".prose").textContent;
    if (target.matches("[data-rewrite]")) ask("chat:return", { text, reply_to: replyTo });
  });

  // Whether it will stand under one's own message before it, without a head.
  function follows() {
    if (list.childElementCount) return true;
    const last = [...log.querySelectorAll(".msg")].at(-1);
    if (last?.dataset.author !== document.body.dataset.me || last.querySelector(".gone")) return false;
    return Date.now() - new Date(last.querySelector("time").dateTime) < FOLLOWS_WITHIN;
  }

  // Whoever stood in it, on one of its buttons, stands in the composer then.
  function remove(item) {
    const hadFocus = item?.contains(document.activeElement);
    item?.remove();
    if (hadFocus) document.getElementById("words")?.focus({ preventScroll: true });
  }

  function ask(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }

  function refuse(item, reason) {
    item.hidden = false;
    item.dataset.state = reason ? "failed" : "sending";
    item.querySelector("[data-sending]").hidden = Boolean(reason);
    item.querySelector("[data-failed]").hidden = !reason;
    item.querySelector("[data-reason]").textContent = reason;
  }

  function tell(words) {
    notice.textContent = words;
    notice.hidden = !words;
  }
})();
