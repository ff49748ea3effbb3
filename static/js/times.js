// Times in the reader's own zone: the hour where the day stands above it, else with the day.
(() => {
  const language = document.documentElement.lang;
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const short = new Intl.DateTimeFormat(language, hour);
  const long = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...hour });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", hourCycle: "h23" });

  function localise() {
    for (const time of document.querySelectorAll("time[datetime*=T]:not([data-local])")) {
      const moment = new Date(time.dateTime);
      const hasDay = time.closest(".msg") && !time.closest("[data-whole-times]");
      const isToday = moment.toDateString() === new Date().toDateString();
      time.textContent = (hasDay || isToday ? short : long).format(moment);
      time.title = whole.format(moment);
      time.dataset.local = "";
    }
  }
  localise();
  document.addEventListener("htmx:after:swap", localise);
})();
