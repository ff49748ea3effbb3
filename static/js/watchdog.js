// A connection can die without a word. The server speaks every 20 s; after 45 s of silence this reports
// the end itself, because close() on a dead connection would wait for an answer.
(() => {
  const SILENCE = 45_000;
  const LOOK = 5_000;
  let connection = null;
  let heard = Date.now();
  const listen = ({ detail }) => {
    connection = detail.connection;
    heard = Date.now();
  };
  document.addEventListener("htmx:ws:before:connection", listen);
  document.addEventListener("htmx:ws:after:connection", listen);
  document.addEventListener("htmx:ws:before:message:incoming", listen);
  document.addEventListener("htmx:ws:close", () => {
    connection = null;
  });
  setInterval(() => {
    if (!connection?.socket || Date.now() - heard < SILENCE) return;
    heard = Date.now();
    connection.socket.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }, LOOK);
})();
