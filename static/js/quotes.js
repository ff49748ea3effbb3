// A reply shows the beginning of what it answers while that is on the page, as it is now; so does the
// composer above a reply. It is not part of the reply, so that a deleted text is nowhere kept.
(() => {
  const log = document.querySelector("[data-log]");
  if (!log) return;
  const form = document.querySelector("[data-composer]");
  const strip = form?.querySelector("[data-replying-quote]");
  const MOST = 120; // characters

  function quote() {
    for (const link of log.querySelectorAll("[data-jump]")) show(link.querySelector("[data-quote]"), link.dataset.jump);
    if (!strip) return;
    const answered = `m${form.elements.reply_to.value}`;
    // The server knows also what is not on the page.
    if (strip.dataset.of !== answered || document.getElementById(answered)) show(strip, answered);
    strip.dataset.of = answered;
  }

  function show(place, id) {
    const words = document.getElementById(id)?.querySelector(".prose")?.textContent ?? "";
    const said = words.slice(0, MOST).replace(/\s+/g, " ");
    if (place.textContent !== said) place.textContent = said;
  }
  quote();
  document.addEventListener("htmx:after:swap", quote);
  document.addEventListener("chat:composed", quote);
})();
