// Enter sends; what was sent leaves the composer; Reply fills in whom one answers.
(() => {
  const form = document.querySelector("[data-composer]");
  const room = form?.closest("[data-room][data-state]");
  if (!room) return;
  const words = form.elements.message;
  const replying = form.querySelector("[data-replying]");
  const draft = `draft ${document.body.dataset.me} ${room.dataset.room}`;

  for (const hint of form.querySelectorAll("[data-with-script]")) hint.hidden = false;
  words.value ||= sessionStorage.getItem(draft) ?? "";
  if (matchMedia("(pointer: fine)").matches) words.focus({ preventScroll: true });

  words.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    if (words.value.trim()) form.requestSubmit();
  });
  words.addEventListener("input", () => sessionStorage.setItem(draft, words.value));
  // Without a live connection the form does what it does without a script. The capture phase comes before htmx.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form) return;
      if (["connecting", "stopped"].includes(room.dataset.state)) {
        event.stopImmediatePropagation();
        sessionStorage.removeItem(draft);
      }
    },
    true,
  );
  document.addEventListener("chat:kept", ({ detail }) => {
    if (detail.client_id !== form.elements.client_id.value) return;
    form.elements.client_id.value = window.freshId();
    words.value = "";
    sessionStorage.removeItem(draft);
    answer("", "");
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply], [data-reply-cancel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answer(link.dataset.reply ?? "", link.dataset.replyName ?? "");
    words.focus();
  });

  function answer(id, name) {
    form.elements.reply_to.value = id;
    replying.querySelector("[data-replying-name]").textContent = name;
    replying.hidden = !id;
  }
})();
