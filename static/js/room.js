// When the room got another address, or was closed or opened again, the page is another one.
(() => {
  const room = document.querySelector("[data-room][data-archived]");
  if (!room) return;
  document.addEventListener("chat:room", ({ detail: { name, archived, address } }) => {
    if (name !== room.dataset.room || archived !== room.dataset.archived) location.replace(address);
  });
  // An answered message that is on the page is nearer than its own page.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-jump]");
    if (!link || !document.getElementById(link.dataset.jump)) return;
    event.preventDefault();
    location.hash = link.dataset.jump;
  });
})();
