// In the lists of rooms: how much of what one wrote there still waits on this device. It goes when its room
// is opened.
(() => {
  const rooms = document.querySelectorAll("[data-unsent-of]");
  const words = document.querySelector("[data-unsent]")?.dataset.unsent;
  const { me } = document.body.dataset;
  if (!rooms.length || !words) return;

  function count() {
    const keys = Object.keys(localStorage);
    for (const place of rooms) {
      const room = place.dataset.unsentOf;
      const own = keys.filter((key) => key.startsWith(`outbox ${me} ${room} `));
      place.textContent = own.length ? words.replace("{n}", own.length) : "";
    }
  }
  count();
  window.addEventListener("storage", count);
})();
