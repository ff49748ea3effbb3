// Says how the connection is, in words, and what to do when it ends: data-state on the room is
// connecting, live, waiting (it comes back by itself) or stopped. "chat:stopped" {words} tells of the last.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  if (!room) return;
  const banner = document.querySelector("[data-banner]");
  const words = banner?.querySelector("[data-banner-words]");
  const wait = banner?.querySelector("[data-banner-wait]");
  const tryNow = banner?.querySelector("[data-try-now]");
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const RETRIED = [1001, 1005, 1006, 1011, 1012, 1013, 1014]; // as hx-ws has them
  const LAST_WORDS = { 4403: "gone", 4404: "gone", 4409: "many", 4429: "slow" };
  const FIRST = 500; // ms until the first new attempt; each further one waits twice as long
  const LONGEST = 10_000;
  const QUIET = 2_000; // a short gap is not worth a word
  let attempts = 0;
  let lostAt = 0;
  let nextAt = 0;
  let clock = 0;
  let lost = null; // the connection that ended

  document.addEventListener("chat:ready", () => {
    if (room.dataset.state === "stopped") return; // what was missed is missing
    room.dataset.state = "live";
    attempts = 0;
    quiet();
  });
  document.addEventListener("htmx:ws:close", ({ detail: { connection, reason, code } }) => {
    if (reason !== "closed" || room.dataset.state === "stopped") return;
    if (RETRIED.includes(code)) comeBack(connection);
    else stop(code);
  });
  document.addEventListener("htmx:ws:after:connection", () => {
    nextAt = 0;
  });
  // What was missed is too much to tell, or of another past: the page begins anew.
  document.addEventListener("chat:reset", () => {
    if (mayReload()) location.reload();
    else stop();
  });
  // A page that comes back from the browser's memory has lost its connection.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("online", hurry);
  tryNow?.addEventListener("click", hurry);

  // hx-ws reads the pause from its settings just after this.
  function comeBack(connection) {
    const pause = Math.min(LONGEST, FIRST * 2 ** attempts) * (0.7 + 0.6 * Math.random());
    attempts += 1;
    pauseFor(connection, pause);
    lost = connection;
    if (room.dataset.state === "live") room.dataset.state = "waiting";
    lostAt ||= Date.now();
    clock ||= setInterval(show, 250);
  }

  function pauseFor(connection, pause) {
    connection.attempt = 0;
    connection.config.reconnectJitter = 0;
    connection.config.reconnectDelay = connection.config.reconnectMaxDelay = Math.round(pause);
    nextAt = Date.now() + pause;
  }

  // The end is reported once more, with no pause behind it.
  function hurry() {
    if (!nextAt || !lost) return;
    clearTimeout(lost.timer);
    attempts = 0;
    const { socket } = lost;
    lost = null;
    document.addEventListener("htmx:ws:close", ({ detail }) => pauseFor(detail.connection, 0), { once: true });
    socket.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }

  function show() {
    if (!words || Date.now() - lostAt < QUIET) return;
    const seconds = Math.ceil((nextAt - Date.now()) / 1000);
    const form = plural.select(seconds) === "one" ? banner.dataset.lostOne : banner.dataset.lostOther;
    // The sentence that is announced does not count: a screen reader would read every second.
    say(banner.dataset.lost);
    words.classList.toggle("sr", seconds > 0);
    wait.textContent = seconds > 0 ? form.replace("{n}", seconds) : "";
    tryNow.hidden = false;
  }

  function stop(code) {
    if (code === 1000) return; // the page is being left
    room.dataset.state = "stopped";
    quiet();
    if (code === 4401 && mayReload()) location.reload(); // leads to the login page
    if (code === 4429) setTimeout(() => location.reload(), 30_000);
    const sentence = banner?.dataset[LAST_WORDS[code]] ?? banner?.dataset.stopped;
    say(sentence);
    document.dispatchEvent(new CustomEvent("chat:stopped", { detail: { words: sentence } }));
  }

  function say(sentence) {
    if (!words || words.textContent === sentence) return;
    words.textContent = sentence;
    banner.hidden = !sentence;
  }

  function quiet() {
    clearInterval(clock);
    clock = lostAt = nextAt = 0;
    if (!words) return;
    if (document.activeElement === tryNow) document.getElementById("words")?.focus(); // it goes with its banner
    words.classList.remove("sr");
    wait.textContent = "";
    tryNow.hidden = true;
    say("");
  }

  // Once: what the page accepts and the socket refuses must not reload for ever.
  function mayReload() {
    const last = Number(sessionStorage.getItem("reloaded") ?? 0);
    sessionStorage.setItem("reloaded", Date.now());
    return Date.now() - last > 60_000;
  }
})();
