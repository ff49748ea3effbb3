// Lets the browser keep the offline page. Only over https, or on this machine, are there such workers.
(() => {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // After the page: what is for a bad day must not slow down this one. Where it is forbidden (by a setting,
  // or a certificate that nobody signed) the site works as without it.
  addEventListener("load", () => serviceWorker.register("/service-worker.js").catch(() => {}));
})();
