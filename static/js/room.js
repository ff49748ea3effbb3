// When the room got another address, or was closed or opened again, the page is another one.
(() => {
  const room = document.querySelector("[data-room][data-archived]");
  if (!room) return;
  document.addEventListener("chat:room", ({ detail: { name, archived, address } }) => {
    if (name !== room.dataset.room || archived !== room.dataset.archived) location.replace(address);
  });
  // An answered message that is on the page is nearer than its own page. The address stays as it is: else
  // the way back would lead through each of them.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-jump]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = document.getElementById(link.dataset.jump);
    if (!row) return;
    event.preventDefault();
    for (const other of document.querySelectorAll("[data-found]")) delete other.dataset.found;
    row.dataset.found = "";
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  });
})();
