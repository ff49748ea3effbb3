// Says how the connection is, in words, and what to do when it ends: data-state on the room is
// connecting, live, waiting (it comes back by itself) or stopped.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  if (!room) return;
  const banner = document.querySelector("[data-banner]");
  const RETRIED = [1001, 1005, 1006, 1011, 1012, 1013, 1014]; // as hx-ws has them
  const LAST_WORDS = { 4403: "gone", 4404: "gone", 4409: "many", 4429: "slow" };
  let saying = 0;

  document.addEventListener("chat:ready", () => {
    room.dataset.state = "live";
    say("");
  });
  document.addEventListener("htmx:ws:close", ({ detail: { reason, code } }) => {
    if (reason !== "closed" || room.dataset.state === "stopped") return;
    if (RETRIED.includes(code)) wait();
    else stop(code);
  });
  // A page that comes back from the browser's memory has lost its connection.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  function wait() {
    if (room.dataset.state === "live") room.dataset.state = "waiting";
    if (!saying) saying = setTimeout(() => say(banner.dataset.lost), 2000);
  }

  function stop(code) {
    if (code === 1000) return; // the page is being left
    room.dataset.state = "stopped";
    if (code === 4401 && mayReload()) location.reload(); // leads to the login page
    if (code === 4429) setTimeout(() => location.reload(), 30_000);
    say(banner.dataset[LAST_WORDS[code]] ?? banner.dataset.stopped);
  }

  function say(words) {
    clearTimeout(saying);
    saying = 0;
    banner.textContent = words;
    banner.hidden = !words;
  }

  // Once: a login that the page accepts and the socket refuses must not reload for ever.
  function mayReload() {
    const last = Number(sessionStorage.getItem("reloaded") ?? 0);
    sessionStorage.setItem("reloaded", Date.now());
    return Date.now() - last > 60_000;
  }
})();
