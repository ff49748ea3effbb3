// Shows the offline page in the place of a page that could not be fetched. All else goes its own way: it
// keeps no page of anybody, and answers no form, script or socket. KEPT {page, parts, version} stands before.
const CACHE = `offline-${KEPT.version}`;

self.addEventListener("install", (event) => {
  self.skipWaiting(); // It has no state, so no page can be caught between two of them.
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOf(event));
  else if (isPart(request.url)) event.respondWith(partOf(request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  // As a stranger, and past the browser's cache: a copy of the last version may lie there.
  await cache.addAll([new Request(KEPT.page, { cache: "reload", credentials: "omit" }), ...KEPT.parts]);
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("offline-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The browser asks for a page while it wakes this script: nobody waits for the worker.
  await self.registration.navigationPreload?.enable();
}

async function pageOf(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return kept(KEPT.page);
  }
}

async function partOf(request) {
  try {
    return await fetch(request);
  } catch {
    return kept(request.url);
  }
}

function isPart(address) {
  const { origin, pathname, search } = new URL(address);
  return origin === self.location.origin && KEPT.parts.includes(pathname + search);
}

// Whatever the server says that it varies by, there is one of each.
async function kept(address) {
  return (await caches.match(address, { cacheName: CACHE, ignoreVary: true })) ?? Response.error();
}
