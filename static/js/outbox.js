// Keeps what is to be sent on this device until the server has answered; one at a time, so that the order
// stays and an error without an id is known to be the last one's. After each reconnection, reload or closed
// window it goes on with the same ids, so that each counts once. Others ask for it with "chat:send"
// {command, quiet}; "chat:forgotten" {id, command, seq} tells that it keeps one no longer.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  if (!room) return;
  // By the room's id: a name may come to be another room's. Each command has a place of its own, so that
  // two windows never write over one another's.
  const place = `outbox ${document.body.dataset.me} ${room.dataset.roomId} `;
  const MOST = 200;
  const notice = document.querySelector("[data-notice]");
  const commands = new Map(); // id → what the server is to be told
  const refused = new Map(); // ids that wait for their writer to retry or discard → why
  const times = new Map(); // id → when it was written, by which a later page puts them in their order
  let connection = null;
  let asked = null; // {id, socket}: sent and not yet answered
  let pause = 0;
  let latest = 0; // of those times

  document.addEventListener("htmx:ws:after:connection", ({ detail }) => {
    connection = detail.connection;
  });
  document.addEventListener("chat:ready", next);
  // Forms marked hx-ws:send: their fields are kept and sent from here.
  document.addEventListener("htmx:ws:before:message:outgoing", ({ detail }) => {
    detail.cancelled = true;
    const { csrfmiddlewaretoken, room_id, ...fields } = detail.message.values;
    const command = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
    if (command.message !== undefined) keep(command);
  });
  document.addEventListener("chat:send", ({ detail: { command, quiet } }) => {
    if (!quiet) keep({ ...command, client_id: window.freshId() });
    else if (room.dataset.state === "live") say({ ...command, client_id: "quiet" });
  });
  document.addEventListener("chat:ack", ({ detail: { clientId, seq } }) => {
    forget(clientId, seq);
    answered(clientId);
  });
  // It may be here before its answer, or another window may have sent it.
  document.addEventListener("chat:piece", ({ detail: { piece, isNew } }) => {
    if (piece.dataset.author !== document.body.dataset.me) return;
    if (isNew) room.dataset.member = "yes"; // by the first post
    forget(piece.dataset.clientId, piece.dataset.seq);
  });
  document.addEventListener("chat:error", ({ detail }) => {
    if (detail.clientId === "quiet") return;
    const id = detail.clientId ?? asked?.id;
    const command = commands.get(id);
    if (detail.code === "rate_limited") {
      clearTimeout(pause);
      pause = setTimeout(goOn, 1000 * Number(detail.retryAfter ?? 1));
    } else {
      if (command?.message !== undefined) refuse(id, detail.detail);
      else forget(id);
      tell("chat:refused", { id, command, words: detail.detail });
    }
    answered(id);
  });
  document.addEventListener("chat:retry", ({ detail: { id } }) => {
    refuse(id, "");
    next();
  });
  document.addEventListener("chat:discard", ({ detail: { id } }) => forget(id));
  // Sent or discarded in another window, or its writer logged out there. That it cannot be found on the
  // device means nothing: a full one never had it.
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(place) && newValue === null) forget(key.slice(place.length));
  });

  for (const { id, at, command, words } of stored()) {
    commands.set(id, command);
    times.set(id, at);
    latest = Math.max(latest, at);
    tell("chat:kept", { ...command, restored: true });
    if (!words) continue;
    refused.set(id, words);
    tell("chat:refused", { id, command, words });
  }

  function keep(command) {
    const isStopped = room.dataset.state === "stopped";
    if (isStopped || commands.size >= MOST) {
      const words = isStopped ? notice.dataset.stopped : notice.dataset.full;
      tell("chat:refused", { id: null, command, words });
      return;
    }
    latest = Math.max(latest + 1, Date.now());
    commands.set(command.client_id, command);
    times.set(command.client_id, latest);
    store(command.client_id);
    tell("chat:kept", command);
    next();
  }

  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
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

  function forget(id, seq) {
    const command = commands.get(id);
    if (!command) return;
    for (const each of [commands, refused, times]) each.delete(id);
    localStorage.removeItem(place + id);
    tell("chat:forgotten", { id, command, seq });
  }

  function refuse(id, words) {
    if (!commands.has(id)) return;
    if (words) refused.set(id, words);
    else refused.delete(id);
    store(id);
  }

  function stored() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(place));
    const found = keys.map((key) => [key, read(key)]);
    // Not of our making.
    for (const [key, entry] of found) if (!entry) localStorage.removeItem(key);
    return found.flatMap(([, entry]) => entry ?? []).sort((one, other) => one.at - other.at);
  }

  function read(key) {
    const id = key.slice(place.length);
    try {
      const { at, command, words } = JSON.parse(localStorage.getItem(key));
      return command?.client_id === id ? { id, at: Number(at) || 0, command, words } : null;
    } catch {
      return null;
    }
  }

  // A full device keeps nothing more, and then the page's memory has to do.
  function store(id) {
    const entry = { at: times.get(id), command: commands.get(id), words: refused.get(id) };
    try {
      localStorage.setItem(place + id, JSON.stringify(entry));
    } catch (problem) {
      console.info("not kept on this device", problem);
    }
  }
})();
