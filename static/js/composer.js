// Enter sends; what was sent leaves the composer; what is not yet sent, and whom it answers, is kept on this
// device for the room. While a message is edited here the draft waits until "chat:draft" asks for it, and
// "chat:return" {text, reply_to} adds words to it that could not be sent.
(() => {
  const form = document.querySelector("[data-composer]");
  const room = form?.closest("[data-room][data-state]");
  if (!room) return;
  const words = form.elements.message;
  const replying = form.querySelector("[data-replying]");
  const called = replying.querySelector("[data-replying-name]");
  const place = `draft ${document.body.dataset.me} ${room.dataset.roomId}`;
  const byForm = `posted ${room.dataset.roomId}`;
  const LONGEST = 20_000; // a draft; more would crowd out what is to be sent
  const own = document.querySelectorAll(`.msg[data-author="${CSS.escape(document.body.dataset.me)}"] .prose`);

  // What the form sent by itself was a draft until it is seen to have arrived.
  const posted = sessionStorage.getItem(byForm)?.trim();
  sessionStorage.removeItem(byForm);
  if ([...own].some((each) => each.textContent.trim() === posted)) localStorage.removeItem(place);
  const draft = kept();
  for (const hint of form.querySelectorAll("[data-with-script]")) hint.hidden = false;

  words.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    const isSendable = form.dataset.editing !== undefined || words.value.trim();
    if (isSendable && !form.querySelector(".send").disabled) form.requestSubmit();
  });
  words.addEventListener("input", keep);
  document.addEventListener("chat:composed", keep);
  // Without a live connection the form does what it does without a script. The capture phase comes before htmx.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || form.dataset.editing !== undefined) return;
      if (["connecting", "stopped"].includes(room.dataset.state)) {
        event.stopImmediatePropagation();
        sessionStorage.setItem(byForm, words.value);
      }
    },
    true,
  );
  document.addEventListener("chat:kept", ({ detail }) => {
    if (detail.client_id !== form.elements.client_id.value) return;
    form.elements.client_id.value = window.freshId();
    write("");
    answer("", "");
  });
  document.addEventListener("chat:draft", () => write(draft.text));
  document.addEventListener("chat:return", ({ detail: { text, reply_to } }) => {
    const answered = document.getElementById(`m${reply_to}`);
    if (!draft.text && reply_to && !answered?.querySelector(".gone")) answer(reply_to, nameOf(answered));
    draft.text = draft.text ? `${draft.text}\n${text}` : text;
    if (form.dataset.editing === undefined) write(draft.text);
    else store();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply], [data-reply-cancel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    reply(link.closest(".msg"));
  });
  document.addEventListener("chat:reply", ({ detail: { message } }) => reply(message));

  // What the address or a refusal brought goes before what was kept.
  const { text, reply_to, name } = draft;
  if (!words.value) words.value = text;
  if (!form.elements.reply_to.value && reply_to && words.value === text) answer(reply_to, name);
  document.dispatchEvent(new CustomEvent("chat:composed"));
  if (matchMedia("(pointer: fine)").matches) words.focus({ preventScroll: true });

  function reply(message) {
    answer(message?.dataset.id ?? "", nameOf(message));
    words.focus();
  }

  function nameOf(message) {
    return message?.querySelector(".author").textContent ?? "";
  }

  function answer(id, name) {
    form.elements.reply_to.value = id;
    called.textContent = name;
    replying.hidden = !id;
    document.dispatchEvent(new CustomEvent("chat:composed"));
  }

  function keep() {
    if (form.dataset.editing === undefined) draft.text = words.value;
    draft.reply_to = form.elements.reply_to.value;
    draft.name = called.textContent;
    store();
  }

  function kept() {
    const none = { text: "", reply_to: "", name: "" };
    try {
      return { ...none, ...JSON.parse(localStorage.getItem(place)) };
    } catch {
      return none; // not of our making
    }
  }

  function store() {
    try {
      const text = draft.text.slice(0, LONGEST);
      if (text || draft.reply_to) localStorage.setItem(place, JSON.stringify({ ...draft, text }));
      else localStorage.removeItem(place);
    } catch (problem) {
      console.info("no draft kept on this device", problem);
    }
  }

  function write(text) {
    words.value = text;
    document.dispatchEvent(new CustomEvent("chat:composed"));
  }
})();
