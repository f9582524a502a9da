// Offline copies, registered after the first Run. Served at or above the book's root; the page tells
// it the runtime's address in its own query (?runtime=…), so a changed address is a new worker.
//
// The runtime is versioned by its address: kept once, never asked for again. So are the book's own
// files with a digest in their address (?v=…); a new one takes the place of the old. Everything else
// of the book is asked for first and taken from the copy only when the network does not answer, so a
// reader never sees an old page because of this file.

const RUNTIME = new URL(self.location).searchParams.get("runtime") ?? "";
const VERSIONED = /\d+\.\d+/.test(RUNTIME);
const DIGEST = /[?&]v=[0-9a-f]{8,}$/;
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
  const address = request.url ?? request;
  if (!DIGEST.test(address)) return;
  for (const old of await cache.keys(request, { ignoreSearch: true })) {
    if (old.url !== address) await cache.delete(old);
  }
}

async function fromCopy(event, name) {
  const copy = await caches.match(event.request, { cacheName: name, ignoreVary: true });
  if (copy) return copy;
  const response = await fetch(event.request);
  event.waitUntil(keep(name, event.request, response.clone()));
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
    if (event.request.mode === "navigate") return elsewhere();
    throw error;
  }
}

/** In place of the browser's error page: which pages can be read offline. */
async function elsewhere() {
  const cache = await caches.open(BOOK_CACHE);
  const pages = (await cache.keys()).map(({ url }) => url).filter((url) => /(\/|\.html)$/.test(url));
  const item = (url) => `<li><a href="${url.replace(/["<&]/g, "")}">${url.slice(SCOPE.length) || "start"}</a></li>`;
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Offline</title>
<meta name="viewport" content="width=device-width"><style>body{font:1rem/1.6 system-ui;margin:2rem}</style>
<h1>You are offline</h1><p>This page has not been opened on this device before. These have:</p>
<ul>${pages.map(item).join("")}</ul>`;
  return new Response(body, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (RUNTIME && VERSIONED && request.url.startsWith(RUNTIME)) {
    event.respondWith(fromCopy(event, RUNTIME_CACHE));
  } else if (request.url.startsWith(SCOPE) && DIGEST.test(request.url)) {
    event.respondWith(fromCopy(event, BOOK_CACHE));
  } else if (request.url.startsWith(SCOPE)) event.respondWith(fromNetwork(event));
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
