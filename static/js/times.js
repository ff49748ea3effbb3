// Times in the reader's own zone: the hour for today, with the day before it for others.
(() => {
  const language = document.documentElement.lang;
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const today = new Intl.DateTimeFormat(language, hour);
  const before = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...hour });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", hourCycle: "h23" });

  function localise() {
    for (const time of document.querySelectorAll("time[datetime]:not([data-local])")) {
      const moment = new Date(time.dateTime);
      const isToday = moment.toDateString() === new Date().toDateString();
      time.textContent = (isToday ? today : before).format(moment);
      time.title = whole.format(moment);
      time.dataset.local = "";
    }
  }
  localise();
  document.addEventListener("htmx:after:swap", localise);
})();
