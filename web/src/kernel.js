// One Python for the whole page: a worker, started by the first Run (or by the first edit, where that
// asks nobody else for anything) and replaced when it hangs.
// A worker that loops cannot be asked to stop, so the watchdog lives here and terminates it; that
// needs neither SharedArrayBuffer nor special response headers.

import { config } from "./config.js";

const QUIET = 20_000; // ms without news while loading before we say so

let worker = null;
let ready = false;
let notice = null; // {url, message} when NumPy is missing
let current = null; // the task that listens to the worker
let queue = Promise.resolve();

function drop() {
  worker?.terminate();
  worker = null;
  ready = false;
}

const workerURL = () => new URL(`./worker.js?v=${__BUILD__}`, import.meta.url);

/**
 * The reader has begun to write and will press Run. A runtime on the book's own host is started now;
 * another host is not asked before Run, so only our own files are fetched ahead.
 */
export async function warm(slug) {
  const { saveData, effectiveType = "4g" } = navigator.connection ?? {};
  if (warmed || worker || current || saveData || effectiveType !== "4g") return;
  warmed = slug;
  const { pyodideURL, wheel, exercises } = config();
  if (new URL(pyodideURL).origin === location.origin) {
    await registerOffline();
    if (!worker) spawn();
    return;
  }
  for (const url of wheel ? [workerURL(), wheel, ...exercises] : []) fetch(url).catch(() => {});
}

let warmed = null; // the exercise that was edited first

function spawn() {
  const address = workerURL();
  worker = new Worker(address, { type: "module" });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = (event) => {
    event.preventDefault();
    hear({ type: "boot-error", url: address.href, message: event.message || "could not be loaded" });
  };
  const { pyodideURL, wheel, exercises, numpyWheel } = config();
  const archives = wheel ? [wheel, ...exercises] : [];
  worker.postMessage({ type: "boot", pyodideURL, archives, numpyWheel });
}

function hear(data) {
  if (data.type === "ready") {
    ready = true;
    notice = data.missing;
    keepForOffline();
    if (current) current.go();
    else if (warmed) worker.postMessage({ type: "prepare", slug: warmed });
  } else if (data.type === "boot-error") {
    drop();
    current?.finish({ failed: data });
  } else if (data.type === "result") {
    if (data.fatal) {
      drop();
      spawn();
    }
    if (data.id === current?.id) current.finish({ ...data.result, missing: notice });
  } else if (data.type === "running") {
    current?.begin();
  } else {
    current?.news(data);
  }
}

let serial = 0;

/**
 * Run or check code. `on(event)` hears `{type: "queue" | "step" | "bytes" | "quiet" | "started"}`.
 * Resolves to the record Python returned with its time in `ms`, or to {failed: {url, message}} when Python could not be
 * loaded, or to {stopped: "limit" | "reader"}. Never rejects.
 */
export function submit(type, slug, code, on) {
  const task = { id: ++serial };
  const before = queue;
  task.result = new Promise((resolve) => {
    let timer;
    task.finish = (result) => {
      clearTimeout(timer);
      task.done = true;
      if (current === task) current = null;
      resolve(result);
    };
    task.news = (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => on({ type: "quiet" }), QUIET);
      on(event);
    };
    task.go = () => {
      task.running = true;
      task.begin();
      worker.postMessage({ type, id: task.id, slug, code });
    };
    // Also once more when a package had to be loaded first: that is not the program's time.
    task.begin = () => {
      clearTimeout(timer);
      on({ type: "started" });
      timer = setTimeout(() => task.stop("limit"), config().timeLimit * 1000);
    };
  });
  task.stop = (why = "reader") => {
    if (task.done) return;
    if (current === task) {
      const wasRunning = task.running;
      drop();
      // Start the next Python at once, so that it is there when the code is repaired.
      if (wasRunning) spawn();
    }
    task.finish({ stopped: why });
  };
  queue = (async () => {
    if (current) on({ type: "queue" });
    await before;
    if (task.done) return;
    current = task;
    await registerOffline();
    if (task.done) return;
    if (ready) task.go();
    else {
      task.news({ type: "step", step: "runtime" });
      if (!worker) spawn();
    }
    await task.result;
  })();
  return task;
}

// Offline copies: asked for by the first Run only, and only where the site serves sw.js.
let offline;

function registerOffline() {
  const address = config().serviceWorker;
  if (!address || !navigator.serviceWorker) return;
  offline ??= (async () => {
    const url = new URL(address);
    url.searchParams.set("runtime", config().pyodideURL);
    await navigator.serviceWorker.register(url);
    // Python is loaded through it from the start, unless it takes suspiciously long.
    await Promise.race([
      navigator.serviceWorker.controller ||
        new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done)),
      new Promise((done) => setTimeout(done, 3000)),
    ]);
  })().catch(() => {});
  return offline;
}

function keepForOffline() {
  navigator.serviceWorker?.controller?.postMessage({
    type: "keep",
    urls: [location.href, ...performance.getEntriesByType("resource").map((entry) => entry.name)],
  });
}
