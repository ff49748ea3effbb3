// Frames that are news rather than markup become events: <data data-frame="ack"> is "chat:ack" on the document.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  for (const task of detail.tasks) {
    for (const frame of task.fragment.querySelectorAll("[data-frame]")) {
      document.dispatchEvent(new CustomEvent(`chat:${frame.dataset.frame}`, { detail: { ...frame.dataset } }));
    }
  }
});
