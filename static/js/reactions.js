// A click on a reaction puts one's own there or takes it back; without a connection it is a link. Whose it is
// is known here alone: what the server sends is the same for everybody.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  if (!room) return;

  const isMine = (chip) => chip.dataset.by.split(" ").includes(document.body.dataset.myName);

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-react]");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (room.dataset.state !== "live" || room.dataset.mayWrite !== "yes") return;
    event.preventDefault();
    toggle(chip.closest(".msg"), chip.dataset.react);
  });
  // What is called a button answers to the space bar.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches("[data-react][role=button]")) return;
    event.preventDefault();
    event.target.click();
  });
  document.addEventListener("chat:react", ({ detail: { message, emoji } }) => toggle(message, emoji));

  function toggle(message, emoji) {
    const chip = message.querySelector(`[data-react="${CSS.escape(emoji)}"]`);
    const verb = chip && isMine(chip) ? "unreact" : "react";
    const command = { [verb]: { id: Number(message.dataset.id), emoji } };
    document.dispatchEvent(new CustomEvent("chat:send", { detail: { command } }));
  }

  function press() {
    for (const chip of document.querySelectorAll("[data-react]")) {
      const pressed = String(isMine(chip));
      if (chip.getAttribute("aria-pressed") === pressed) continue;
      chip.setAttribute("role", "button");
      chip.setAttribute("aria-pressed", pressed);
    }
  }
  if (room.dataset.mayWrite !== "yes") return;
  press();
  document.addEventListener("htmx:after:swap", press);
})();
