// Earlier messages come by themselves when their reader nears them. "chat:history" tells that some came.
(() => {
  const log = document.querySelector("[data-log]");
  const scroller = log?.closest("[role=log]");
  if (!log) return;
  let watched = null; // the link to what is earlier
  let oldest = null; // the first message before the swap
  let hadFocus = false;
  let comes = false; // the swap under way brings what is earlier

  const near = new IntersectionObserver(
    (entries) => {
      const isNear = entries.some((entry) => entry.isIntersecting);
      if (isNear && !watched?.matches(".htmx-request")) watched?.click();
    },
    { root: scroller, rootMargin: "500px 0px 0px" },
  );

  function watch() {
    if (watched?.isConnected) return;
    near.disconnect();
    watched = log.querySelector(".earlier [hx-get]");
    if (watched) near.observe(watched);
  }

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!watched || ctx.sourceElement !== watched) return;
    const answer = ctx.response?.raw;
    if (answer && (answer.redirected || !answer.ok)) {
      event.preventDefault();
      if (answer.redirected) location.reload(); // the login has ended
      return;
    }
    comes = true;
    oldest = log.querySelector(".msg");
    hadFocus = watched.contains(document.activeElement);
  });
  document.addEventListener("htmx:after:swap", () => {
    const came = comes && !watched.isConnected;
    watch();
    if (!came) return;
    comes = false;
    document.dispatchEvent(new CustomEvent("chat:history"));
    if (!hadFocus) return;
    const rows = [...log.querySelectorAll(".msg")];
    rows[Math.max(0, rows.indexOf(oldest) - 1)]?.focus({ preventScroll: true });
  });
  // What failed while the connection was away is asked for again.
  document.addEventListener("chat:ready", () => {
    if (!watched?.isConnected) return;
    near.unobserve(watched);
    near.observe(watched);
  });
  watch();
})();
