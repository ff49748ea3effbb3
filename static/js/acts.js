// What can be done to a message: a menu of the page that is opened for one of them.
(() => {
  const room = document.querySelector("[data-room][data-state]");
  const menu = document.querySelector("[data-acts]");
  if (!room || !menu) return;
  const rest = menu.querySelector("[data-acts-rest]");
  const sure = menu.querySelector("[data-acts-sure]");
  const MOST_QUOTED = 120; // characters
  let chosen = ""; // the element id of the message

  const message = () => document.getElementById(chosen);
  const part = (name) => menu.querySelector(`[data-act="${name}"]`);

  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-more], [data-react-menu]");
    if (!tool || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (["connecting", "stopped"].includes(room.dataset.state)) return; // the link's page can do it
    event.preventDefault();
    open(tool.closest(".msg"), tool.dataset.more === undefined ? "react" : "all", tool);
  });
  document.addEventListener("chat:ask-delete", ({ detail: { id } }) => {
    const asked = document.getElementById(`m${id}`);
    if (asked) open(asked, "sure");
  });

  function open(row, what, tool) {
    chosen = row.id;
    const isOwn = row.dataset.author === document.body.dataset.me;
    const quick = menu.querySelector(".quick");
    if (quick) {
      quick.hidden = what === "sure";
      quick.querySelector("a").href = `${row.querySelector(".msg-head a").getAttribute("href")}#react`;
    }
    rest.hidden = what !== "all";
    part("cancel").hidden = what === "sure";
    if (sure) sure.hidden = what !== "sure";
    if (part("edit")) part("edit").hidden = !isOwn;
    const mayDelete = isOwn || room.dataset.moderates === "yes";
    for (const each of rest.querySelectorAll(".rule, [data-act=ask]")) each.hidden = !mayDelete;
    // Only pages that came by https, or from this machine, may write to the clipboard.
    for (const name of ["text", "link"]) part(name).hidden = !navigator.clipboard;
    row.dataset.acted = "";
    quote();
    if (!menu.open) menu.showModal();
    stand(tool ?? row);
  }

  // What is to be deleted, as it is now; a text that somebody else deleted meanwhile stays nowhere.
  function quote() {
    const words = message()?.querySelector(".prose")?.textContent ?? "";
    const place = sure?.querySelector("[data-acts-words]");
    if (place) place.textContent = words.slice(0, MOST_QUOTED);
  }
  document.addEventListener("htmx:after:swap", quote);

  // Beside what it was opened by, where the screen has room for that; else the style sheet has it below.
  function stand(opener) {
    menu.removeAttribute("style");
    if (matchMedia("(max-width: 720px)").matches) return;
    const { top, bottom, left, right } = opener.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const isMirrored = document.documentElement.dir === "rtl";
    const down = bottom + height + 8 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4);
    const across = isMirrored ? left : right - width;
    Object.assign(menu.style, {
      margin: 0,
      top: `${Math.min(down, innerHeight - height - 8)}px`,
      left: `${Math.max(8, Math.min(across, innerWidth - width - 8))}px`,
    });
  }

  // Where browsers do not know "closedby", a click beside it is one on the dialog itself.
  menu.addEventListener("click", ({ target, clientX, clientY }) => {
    if (target !== menu) return;
    const { top, bottom, left, right } = menu.getBoundingClientRect();
    if (clientX < left || clientX > right || clientY < top || clientY > bottom) menu.close();
  });
  menu.addEventListener("click", ({ target }) => {
    const emoji = target.closest("[data-emoji]")?.dataset.emoji;
    const act = target.closest("[data-act]")?.dataset.act;
    const row = message();
    if (act === "ask") {
      rest.hidden = part("cancel").hidden = menu.querySelector(".quick").hidden = true;
      sure.hidden = false;
      part("keep").focus();
      return;
    }
    if (!emoji && !act) return;
    menu.close();
    if (!row) return;
    if (emoji) tell("chat:react", { message: row, emoji });
    if (act === "reply") tell("chat:reply", { message: row });
    if (act === "edit") tell("chat:edit", { message: row });
    if (act === "delete") tell("chat:send", { command: { delete: { id: Number(row.dataset.id) } } });
    if (act === "text") copy(row.querySelector(".prose")?.textContent ?? "");
    if (act === "link") copy(row.querySelector(".msg-head a").href);
  });
  // The tool that opened it may be hidden again by now, and then the browser gives the focus to nobody:
  // it stays in the menu until that is no longer drawn.
  menu.addEventListener("close", () => {
    if (menu.open) return; // for another one by now
    for (const row of document.querySelectorAll("[data-acted]")) delete row.dataset.acted;
    const { activeElement } = document;
    if ([document.body, null].includes(activeElement) || menu.contains(activeElement)) {
      message()?.focus({ preventScroll: true });
    }
    chosen = "";
    quote();
  });

  // It may be forbidden to the page, or fail without its window's focus.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      tell("chat:notice", { words: "" });
    } catch {
      tell("chat:notice", { words: menu.dataset.notCopied });
    }
  }

  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
})();
