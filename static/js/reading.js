// Moves a member's read position to the newest message while they can see it.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  const log = document.querySelector("[data-log]");
  const scroller = log?.closest("[role=log]");
  if (!room || !log) return;
  let read = 0;
  let timer = 0;

  const newest = () => Number([...log.querySelectorAll(".msg")].at(-1)?.dataset.seq ?? 0);
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(report, 1000);
  };
  function report() {
    const isSeen = document.visibilityState === "visible" && Math.abs(scroller.scrollTop) < 40;
    const seq = newest();
    if (!isSeen || seq <= read || room.dataset.member !== "yes" || room.dataset.state !== "live") return;
    read = seq;
    document.dispatchEvent(new CustomEvent("chat:send", { detail: { command: { read: seq }, quiet: true } }));
  }
  document.addEventListener("chat:ready", look);
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", look);
  scroller.addEventListener("scroll", look, { passive: true });
})();
