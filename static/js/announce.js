// Says to screen readers who wrote what: author, then text, several at once rather than one upon the other.
(() => {
  const region = document.querySelector("[data-announcer]");
  if (!region) return;
  const GATHER = 1_000; // ms
  const MOST = 3; // messages that are read out
  const LONGEST = 300; // characters of one
  const waiting = new Map(); // id → the line about that message
  let timer = 0;

  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) => {
    if (!isNew || document.getElementById(piece.id)) return correct(piece);
    if (piece.dataset.author === document.body.dataset.me) return;
    waiting.set(piece.id, lineOf(piece));
    timer ||= setTimeout(say, GATHER);
  });

  function lineOf(piece) {
    const author = piece.querySelector(".author").textContent;
    const text = piece.querySelector(".prose, .gone").textContent;
    return `${author}: ${text.slice(0, LONGEST)}`;
  }

  // A text that was changed or deleted stays nowhere.
  function correct(piece) {
    if (waiting.has(piece.id)) waiting.set(piece.id, lineOf(piece));
    const said = region.querySelector(`[data-of="${piece.id}"]`);
    if (said && said.textContent !== lineOf(piece)) said.remove();
  }

  function say() {
    const lines = [...waiting];
    waiting.clear();
    timer = 0;
    if (lines.length > MOST) lines.splice(0, lines.length - 1, ["", region.dataset.more.replace("{n}", lines.length)]);
    region.replaceChildren(
      ...lines.map(([id, line]) => {
        const paragraph = document.createElement("p");
        paragraph.dataset.of = id;
        paragraph.textContent = line;
        return paragraph;
      }),
    );
  }
})();
