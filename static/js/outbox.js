// Keeps what is to be sent until the server has answered; one at a time, so that the order stays and an
// error without an id is known to be the last one's. After each reconnection it goes on with the same
// ids, so that each counts once. Others ask for it with "chat:send" {command, quiet}.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  if (!room) return;
  const place = `outbox ${document.body.dataset.me} ${room.dataset.room}`;
  const commands = new Map(JSON.parse(sessionStorage.getItem(place) ?? "[]"));
  const refused = new Set(); // ids that wait for their writer to retry or discard
  let connection = null;
  let asked = null; // {id, socket}: sent and not yet answered
  let pause = 0;

  document.addEventListener("htmx:ws:after:connection", ({ detail }) => {
    connection = detail.connection;
  });
  document.addEventListener("chat:ready", next);
  // Forms marked hx-ws:send: their fields are kept and sent from here.
  document.addEventListener("htmx:ws:before:message:outgoing", ({ detail }) => {
    detail.cancelled = true;
    const { csrfmiddlewaretoken, ...fields } = detail.message.values;
    const command = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
    if (command.message !== undefined) keep(command);
  });
  document.addEventListener("chat:send", ({ detail: { command, quiet } }) => {
    if (!quiet) keep({ ...command, client_id: window.freshId() });
    else if (room.dataset.state === "live") say({ ...command, client_id: "quiet" });
  });
  document.addEventListener("chat:ack", ({ detail: { clientId } }) => {
    if (commands.get(clientId)?.message !== undefined) room.dataset.member = "yes"; // by the first post
    forget(clientId);
    answered(clientId);
  });
  document.addEventListener("chat:error", ({ detail }) => {
    if (detail.clientId === "quiet") return;
    const id = detail.clientId ?? asked?.id;
    if (detail.code === "rate_limited") {
      clearTimeout(pause);
      pause = setTimeout(goOn, 1000 * Number(detail.retryAfter ?? 1));
    } else if (commands.get(id)?.message !== undefined) {
      refused.add(id);
    } else {
      forget(id);
    }
    if (!pause) document.dispatchEvent(new CustomEvent("chat:refused", { detail: { id, words: detail.detail } }));
    answered(id);
  });
  document.addEventListener("chat:retry", ({ detail: { id } }) => {
    refused.delete(id);
    next();
  });
  document.addEventListener("chat:discard", ({ detail: { id } }) => forget(id));

  for (const command of commands.values()) tell(command);

  function keep(command) {
    commands.set(command.client_id, command);
    save();
    tell(command);
    next();
  }

  function tell(command) {
    document.dispatchEvent(new CustomEvent("chat:kept", { detail: command }));
  }

  function next() {
    if (room.dataset.state !== "live" || pause || asked?.socket === connection.socket) return;
    const id = [...commands.keys()].find((each) => !refused.has(each));
    if (id && say(commands.get(id))) asked = { id, socket: connection.socket };
  }

  function answered(id) {
    if (asked?.id === id) asked = null;
    next();
  }

  function goOn() {
    pause = 0;
    next();
  }

  function say(command) {
    const isOpen = connection?.socket?.readyState === WebSocket.OPEN;
    if (isOpen) connection.socket.send(JSON.stringify(command));
    return isOpen;
  }

  function forget(id) {
    commands.delete(id);
    refused.delete(id);
    save();
  }

  function save() {
    sessionStorage.setItem(place, JSON.stringify([...commands]));
  }
})();
