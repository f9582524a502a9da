// Offline copies, registered after the first Run. Served at or above the book's root; the page tells
// it the runtime's address in its own query (?runtime=…), so a changed address is a new worker.
//
// The runtime is versioned by its address: kept once, never asked for again. Everything of the book
// itself is asked for first and taken from the copy only when the network does not answer, so a
// reader never sees an old page because of this file.

const RUNTIME = new URL(self.location).searchParams.get("runtime") ?? "";
const VERSIONED = /\d+\.\d+/.test(RUNTIME);
const SCOPE = self.registration.scope;
const RUNTIME_CACHE = `lossbook-runtime:${RUNTIME}`;
const BOOK_CACHE = `lossbook-book:${SCOPE}`;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("lossbook-runtime:") && name !== RUNTIME_CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

async function keep(name, request, response) {
  // Partial and opaque answers cannot stand in for the file.
  if (response.status !== 200) return;
  const cache = await caches.open(name);
  await cache.put(request, response).catch(() => {}); // storage full: stay online-only
}

async function fromCopy(event) {
  const copy = await caches.match(event.request, { cacheName: RUNTIME_CACHE });
  if (copy) return copy;
  const response = await fetch(event.request);
  event.waitUntil(keep(RUNTIME_CACHE, event.request, response.clone()));
  return response;
}

async function fromNetwork(event) {
  try {
    const response = await fetch(event.request);
    event.waitUntil(keep(BOOK_CACHE, event.request, response.clone()));
    return response;
  } catch (error) {
    const copy = await caches.match(event.request, { cacheName: BOOK_CACHE, ignoreVary: true });
    if (copy) return copy;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (RUNTIME && VERSIONED && request.url.startsWith(RUNTIME)) event.respondWith(fromCopy(event));
  else if (request.url.startsWith(SCOPE)) event.respondWith(fromNetwork(event));
});

// What the page had loaded before this worker was there.
self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  const work = event.data.urls
    .map((url) => url.split("#")[0])
    .filter((url) => url.startsWith(SCOPE) && !(RUNTIME && url.startsWith(RUNTIME) && VERSIONED))
    .map(async (url) => keep(BOOK_CACHE, url, await fetch(url)));
  event.waitUntil(Promise.allSettled(work));
});
