// A page that stays open for days keeps its newest rows; the older ones are a link away. While its reader
// is further up nothing is taken from them: then the newest are a link away ("data-later" on the room).
(() => {
  const room = document.querySelector("[data-room][data-state]");
  const log = document.querySelector("[data-log]");
  const scroller = log?.closest("[role=log]");
  const earlier = document.querySelector("[data-earlier-template]");
  const later = document.querySelector("[data-later]");
  if (!room || !log || !earlier) return;
  const MOST = 250;
  const LEAVE = 150;
  const MOST_BELOW = 100; // that came since the reader went up
  const rows = log.getElementsByClassName("msg");
  let below = 0;

  const isDown = () => Math.abs(scroller.scrollTop) < 40;

  document.addEventListener("chat:piece", (event) => {
    const { piece, isNew } = event.detail;
    if (!isNew || document.getElementById(piece.id)) return;
    if (room.dataset.later !== undefined) {
      event.preventDefault();
    } else if (isDown()) {
      below = 0;
      if (rows.length >= MOST) trim();
    } else if (++below > MOST_BELOW) {
      event.preventDefault();
      room.dataset.later = "";
      later.hidden = false;
    }
  });

  function trim() {
    const first = rows[rows.length - LEAVE];
    let hadFocus = false;
    while (log.firstElementChild !== first) {
      hadFocus ||= log.firstElementChild.contains(document.activeElement);
      log.firstElementChild.remove();
    }
    const item = earlier.content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    for (const name of ["href", "hx-get"]) {
      link.setAttribute(name, `${earlier.dataset.address}?before=${first.dataset.seq}`);
    }
    log.prepend(item);
    window.htmx.process(item);
    // Who walked up the list by keyboard, and is down again by other means, stays in the list.
    if (hadFocus) first.focus({ preventScroll: true });
  }
})();
