// One's own message comes back into the composer to be changed, as it will be when what waits has arrived;
// what was being written waits meanwhile. An edit that was refused comes back too.
(() => {
  const form = document.querySelector("[data-composer]");
  const room = form?.closest("[data-room][data-state]");
  const log = document.querySelector("[data-log]");
  if (!room || !log) return;
  const words = form.elements.message;
  const strip = form.querySelector("[data-editing-strip]");
  const waiting = new Map(); // client id → an edit that is not known to have arrived
  let before = ""; // the message's text as it was

  const isLive = () => ["live", "waiting"].includes(room.dataset.state);
  const textOf = (message) => message?.querySelector(".prose")?.textContent;
  const lastTextOf = (message) =>
    [...waiting.values()].findLast(({ id }) => id === Number(message.dataset.id))?.content ?? textOf(message);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-edit]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!isLive()) return; // the link's page can do it
    event.preventDefault();
    begin(link.closest(".msg"));
  });
  document.addEventListener("chat:edit", ({ detail: { message } }) => begin(message));
  words.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && form.dataset.editing !== undefined) end();
    if (event.key === "ArrowUp" && !words.value && form.dataset.editing === undefined && isLive()) {
      const own = [...log.querySelectorAll(`.msg[data-author="${CSS.escape(document.body.dataset.me)}"]`)];
      const last = own.findLast((message) => textOf(message) !== undefined);
      if (!last) return;
      event.preventDefault();
      begin(last);
    }
  });
  strip.querySelector("[data-edit-cancel]").addEventListener("click", end);
  document.addEventListener(
    "submit",
    (event) => {
      const id = form.dataset.editing;
      if (event.target !== form || id === undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const content = words.value;
      end();
      if (!content.trim()) tell("chat:ask-delete", { id });
      else if (content !== before) tell("chat:send", { command: { edit: { id: Number(id), content } } });
    },
    true,
  );
  document.addEventListener("chat:refused", ({ detail: { command } }) => {
    if (!command?.edit) return;
    const message = document.getElementById(`m${command.edit.id}`);
    const { content } = command.edit;
    if (form.dataset.editing === undefined && textOf(message) !== undefined) begin(message, content);
    else tell("chat:return", { text: content });
  });
  document.addEventListener("chat:kept", ({ detail: { client_id, edit } }) => edit && waiting.set(client_id, edit));
  document.addEventListener("chat:forgotten", ({ detail: { id } }) => waiting.delete(id));

  function begin(message, text) {
    if (textOf(message) === undefined) return;
    before = lastTextOf(message);
    form.dataset.editing = message.dataset.id;
    strip.hidden = false;
    words.required = false; // emptied it asks whether to delete
    words.value = text ?? before;
    tell("chat:composed");
    words.focus();
    words.setSelectionRange(words.value.length, words.value.length);
  }

  function end() {
    delete form.dataset.editing;
    strip.hidden = true;
    words.required = true;
    tell("chat:draft");
    words.focus();
  }

  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
})();
