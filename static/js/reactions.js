// A click on a reaction puts one's own there or takes it back; without a connection it is a link.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  const menu = document.querySelector("[data-react-dialog]");
  if (!room || !menu) return;
  let chosen = null; // the id of the message that the menu is for

  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-react], [data-react-menu]");
    if (!tool || room.dataset.state !== "live" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const message = tool.closest(".msg");
    if (tool.dataset.react) {
      toggle(message, tool.dataset.react);
    } else {
      chosen = message.id;
      menu.showModal();
    }
  });
  menu.addEventListener("click", (event) => {
    const emoji = event.target.closest("[data-emoji]")?.dataset.emoji;
    const message = document.getElementById(chosen);
    if (!emoji) return;
    menu.close();
    if (message) toggle(message, emoji);
  });

  function toggle(message, emoji) {
    const chip = message.querySelector(`[data-react="${CSS.escape(emoji)}"]`);
    const isMine = chip?.dataset.by.split(" ").includes(document.body.dataset.myName);
    const command = { [isMine ? "unreact" : "react"]: { id: Number(message.dataset.id), emoji } };
    document.dispatchEvent(new CustomEvent("chat:send", { detail: { command } }));
  }
})();
