// The line before what came while one was away: since the last visit, or since the page was left for
// another window.
(() => {
  const room = document.querySelector("[data-room][data-read]");
  const log = document.querySelector("[data-log]");
  const template = document.querySelector("[data-new-template]");
  if (!log || !template || !room?.dataset.read) return;
  let read = Number(room.dataset.read);
  let left = null; // {seq, at}: the page is hidden since then, and nothing came yet

  const rows = () => [...log.querySelectorAll(".msg")];
  const line = () => log.querySelector("[data-new]");

  // The server placed it among the newest messages; its place may be further up.
  document.addEventListener("chat:history", () => {
    if (line()) place(line());
  });
  document.addEventListener("visibilitychange", () => {
    const newest = rows().at(-1);
    left = document.hidden && newest ? { seq: Number(newest.dataset.seq), at: new Date() } : null;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!left || !firstAfter(left.seq)) return;
    read = left.seq;
    const fresh = template.content.firstElementChild.cloneNode(true);
    fresh.querySelector("time").dateTime = left.at.toISOString();
    line()?.remove();
    place(fresh);
    left = null;
  });

  function firstAfter(seq) {
    return rows().find((row) => Number(row.dataset.seq) > seq && row.dataset.author !== document.body.dataset.me);
  }

  function place(item) {
    const row = firstAfter(read);
    if (row && row.previousElementSibling !== item) row.before(item);
  }
})();
