// The offline page was kept for everybody: here it takes the colours of this device, before it is drawn,
// and asks again for the page in whose place it is when the line, or the site, is back.
(() => {
  const EVERY = 5_000; // ms
  const theme = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/)?.[1];
  if (theme) document.documentElement.dataset.theme = theme;
  addEventListener("online", () => location.reload());

  const own = document.currentScript.dataset.page;
  if (location.pathname === own) return;
  setInterval(async () => {
    const answer = await fetch(own, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  }, EVERY);
})();
