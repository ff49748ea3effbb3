// Follows the greatest number seen, so that the next connection asks for what came after it.
(() => {
  const room = document.querySelector("[data-room][data-since]");
  if (!room) return;
  const see = (number) => {
    if (number > Number(room.dataset.since)) room.dataset.since = number;
  };
  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) =>
    see(Number(isNew ? piece.dataset.seq : piece.dataset.changedSeq)),
  );
  document.addEventListener("chat:ready", ({ detail }) => see(Number(detail.seq)));
  document.addEventListener("htmx:ws:before:connection", ({ detail: { connection } }) => {
    const address = new URL(connection.url);
    address.searchParams.set("since", room.dataset.since);
    connection.url = address.href;
  });
})();
