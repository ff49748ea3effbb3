// The list of messages is one stop for the Tab key; arrows go from message to message, Tab from a message to
// its tools, Escape back to the composer. A swap takes the focus from nobody.
(() => {
  const log = document.querySelector("[data-log]");
  const scroller = log?.closest("[role=log]");
  if (!log) return;
  const KINDS = ["data-react", "data-react-menu", "data-reply", "data-edit", "data-more", "data-jump"];
  let current = null; // the message whose links are in the Tab order
  let held = null; // where the focus was before a swap

  function calm() {
    // Whoever walks up comes to earlier messages by the arrows.
    for (const link of log.querySelectorAll(".earlier a:not([tabindex])")) link.tabIndex = -1;
    for (const link of log.querySelectorAll(".msg a:not([tabindex])")) {
      link.tabIndex = link.closest(".msg") === current ? 0 : -1;
    }
  }

  function stand(row) {
    if (row === current) return;
    for (const each of [current, row]) {
      for (const link of each?.querySelectorAll("a") ?? []) link.tabIndex = each === row ? 0 : -1;
    }
    current = row;
  }

  function go(row) {
    if (!row) return;
    stand(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  scroller.addEventListener("focusin", ({ target }) => {
    const row = target.closest("#log .msg");
    if (row) stand(row);
  });
  // Who leaves the list finds it as one stop again.
  scroller.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !scroller.contains(relatedTarget)) stand(null);
  });
  scroller.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = [...log.querySelectorAll(".msg")];
    const at = rows.indexOf(document.activeElement.closest("#log .msg"));
    const to = {
      ArrowUp: at < 0 ? rows.length - 1 : Math.max(0, at - 1),
      ArrowDown: at < 0 ? rows.length - 1 : at + 1,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to !== undefined) go(rows[Math.min(to, rows.length - 1)]);
    else if (event.key === "Escape") document.getElementById("words")?.focus();
    else if (event.key === "Enter" && event.target === rows[at]) rows[at].querySelector("[data-more]")?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("htmx:before:swap", () => {
    const active = document.activeElement;
    const row = active?.closest("#log .msg");
    const kind = KINDS.find((name) => active?.hasAttribute(name));
    held = row && { id: row.id, active, like: kind && `[${kind}="${CSS.escape(active.getAttribute(kind))}"]` };
  });
  document.addEventListener("htmx:after:swap", () => {
    calm();
    if (!held || held.active.isConnected) return;
    const row = document.getElementById(held.id);
    stand(row);
    ((held.like && row?.querySelector(held.like)) ?? row)?.focus({ preventScroll: true });
  });
  calm();
})();
