// A page that stays open for days keeps its newest rows; the older ones are a link away.
(() => {
  const log = document.querySelector("[data-log]");
  const scroller = log?.closest("[role=log]");
  const earlier = document.querySelector("[data-earlier-template]");
  if (!log || !earlier) return;
  const MOST = 300;
  const LEAVE = 200;

  document.addEventListener("chat:piece", () => {
    // Whoever reads further up keeps what they read. The scroller counts downwards from 0.
    if (log.childElementCount <= MOST || Math.abs(scroller.scrollTop) > 40) return;
    const rows = [...log.querySelectorAll(".msg")];
    const first = rows[rows.length - LEAVE];
    while (log.firstElementChild !== first) log.firstElementChild.remove();
    const item = earlier.content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    for (const name of ["href", "hx-get"]) {
      link.setAttribute(name, `${earlier.dataset.address}?before=${first.dataset.seq}`);
    }
    log.prepend(item);
    window.htmx.process(item);
  });
})();
