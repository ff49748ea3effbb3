// Says which messages a frame brings: "chat:piece" on the document, before the frame is swapped in.
// `isNew` is true for a posted message, false for a change of one that is there already. Whoever calls
// preventDefault() keeps the piece out of the page.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  for (const task of [...detail.tasks]) {
    const piece = task.fragment.firstElementChild;
    if (task.type !== "partial" || !piece?.matches(".msg[data-id]")) continue;
    const isNew = task.swapSpec.style === "beforeend";
    const told = new CustomEvent("chat:piece", { detail: { task, piece, isNew }, cancelable: true });
    if (!document.dispatchEvent(told)) detail.tasks.splice(detail.tasks.indexOf(task), 1);
  }
});
