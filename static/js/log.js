// Puts each message where its number says, and never an older state over a newer one.
(() => {
  const log = document.querySelector("[data-log]");
  if (!log) return;
  const KEEP = 60_000;
  const kept = new Map(); // changes of messages that are not on the page: id → {piece, until}

  const seq = (row) => Number(row.dataset.seq);
  const isNewer = (piece, held) => Number(piece.dataset.changedSeq) > Number(held.dataset.changedSeq);

  document.addEventListener("chat:piece", (event) => {
    const { task, piece, isNew } = event.detail;
    if (event.defaultPrevented) return;
    task.fragment.replaceChildren(piece);
    const held = document.getElementById(piece.id);
    if (held && isNewer(piece, held)) {
      put(task, held, "outerMorph");
    } else if (held) {
      event.preventDefault();
    } else if (isNew && !liesInUnloadedPast(piece)) {
      const next = rowAfter(seq(piece));
      if (next) put(task, next, "beforebegin");
      else put(task, log, "beforeend");
    } else {
      keep(piece);
      event.preventDefault();
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    for (const [id, { piece, until }] of kept) {
      const held = document.getElementById(id);
      if (held && isNewer(piece, held)) {
        held.replaceWith(piece);
        window.htmx.process(piece);
      }
      if (held || until < Date.now()) kept.delete(id);
    }
  });

  function put(task, target, style) {
    task.target = target;
    task.swapSpec = { ...task.swapSpec, style };
  }

  function keep(piece) {
    const other = kept.get(piece.id);
    if (!other || isNewer(piece, other.piece)) kept.set(piece.id, { piece, until: Date.now() + KEEP });
  }

  function rowAfter(number) {
    let next = null;
    for (let row = log.lastElementChild; row; row = row.previousElementSibling) {
      if (!row.matches(".msg")) continue;
      if (seq(row) < number) break;
      next = row;
    }
    return next;
  }

  function liesInUnloadedPast(piece) {
    const first = log.querySelector(".msg");
    return log.querySelector(".earlier") !== null && first !== null && seq(piece) < seq(first);
  }
})();
