// Lines between the days of the reader's own zone. The server's are UTC's.
(() => {
  const log = document.querySelector("[data-log]");
  const template = document.querySelector("[data-day-template]");
  if (!log || !template) return;
  const language = document.documentElement.lang;
  const day = { weekday: "long", day: "numeric", month: "long" };
  const thisYear = new Intl.DateTimeFormat(language, day);
  const anyYear = new Intl.DateTimeFormat(language, { ...day, year: "numeric" });
  const moments = new WeakMap(); // row → the start of its day

  function dayOf(row) {
    if (!moments.has(row)) {
      const moment = new Date(row.querySelector("time").dateTime);
      moments.set(row, moment.setHours(0, 0, 0, 0));
    }
    return moments.get(row);
  }

  function arrange() {
    let before = null;
    for (const row of log.querySelectorAll(".msg")) {
      const start = dayOf(row);
      const isNew = row.previousElementSibling?.matches("[data-new]");
      const first = isNew ? row.previousElementSibling : row;
      const line = first.previousElementSibling?.matches(".day") ? first.previousElementSibling : null;
      if (start === before) line?.remove();
      else tell(line ?? put(first), start);
      before = start;
    }
  }

  function put(row) {
    const line = template.content.firstElementChild.cloneNode(true);
    line.querySelector("time").textContent = "";
    row.before(line);
    return line;
  }

  function tell(line, start) {
    const words = name(start);
    if (line.textContent === words) return;
    const time = line.querySelector("time");
    const date = new Date(start);
    const two = (number) => String(number).padStart(2, "0");
    time.dateTime = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    time.textContent = words;
  }

  function name(start) {
    const today = new Date();
    const yesterday = new Date();
    yesterday.setDate(today.getDate() - 1);
    if (start === today.setHours(0, 0, 0, 0)) return template.dataset.today;
    if (start === yesterday.setHours(0, 0, 0, 0)) return template.dataset.yesterday;
    const date = new Date(start);
    return (date.getFullYear() === today.getFullYear() ? thisYear : anyYear).format(date);
  }

  arrange();
  document.addEventListener("htmx:after:swap", arrange);
  document.addEventListener("visibilitychange", arrange); // "Today" may be yesterday by now
})();
