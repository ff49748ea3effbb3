// The pill that leads down, with the number of messages that came while one read further up.
(() => {
  const pill = document.querySelector("[data-jump-down]");
  const scroller = document.getElementById("log-scroller");
  const room = document.querySelector("[data-room][data-state]");
  if (!pill || !scroller || !room) return;
  const words = pill.querySelector("[data-jump-words]");
  const plural = new Intl.PluralRules(document.documentElement.lang);
  let count = 0;

  const isDown = () => Math.abs(scroller.scrollTop) < 40;

  function show() {
    if (isDown() && room.dataset.later === undefined) count = 0;
    const form = plural.select(count) === "one" ? pill.dataset.one : pill.dataset.other;
    words.textContent = count ? form.replace("{n}", count) : pill.dataset.none;
    pill.hidden = isDown(); // where the log ends, it would cover the link to what is later
  }

  scroller.addEventListener("scroll", show, { passive: true });
  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) => {
    if (!isNew || document.getElementById(piece.id)) return;
    if (piece.dataset.author === document.body.dataset.me) return;
    if (!isDown() || room.dataset.later !== undefined) count += 1;
    show();
  });
  // What one writes oneself one wants to see: below the others, and once it was sent among the newest.
  document.addEventListener("chat:kept", ({ detail }) => {
    if (detail.message !== undefined && !detail.restored) scroller.scrollTop = 0;
  });
  document.addEventListener("chat:forgotten", ({ detail: { id, command, seq } }) => {
    if (seq === undefined || command.message === undefined || room.dataset.later === undefined) return;
    // Whoever edits, or has more on its way, is not interrupted; a full device would keep none of it.
    const isBusy = document.querySelector(`[data-editing], .pending:not([data-client-id="${CSS.escape(id)}"])`);
    if (!isBusy && room.dataset.state === "live") location.assign(pill.href);
  });
  pill.addEventListener("click", (event) => {
    if (room.dataset.later !== undefined) return; // the link leads to the newest page
    event.preventDefault();
    scroller.scrollTop = 0;
    scroller.focus({ preventScroll: true });
    show();
  });
})();
