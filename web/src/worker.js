// The page's Python: a module worker around Pyodide. See kernel.js for the protocol.

import BOOTSTRAP from "./bootstrap.py";

// Uncompressed sizes in bytes, for the progress bar only.
const WASM = 8_650_000;
const TOTAL = WASM + 2_400_000 + 120_000 + 3_600_000;

let call;
let python;
let pyodideURL;
const failures = []; // {url, message} of every address that could not be fetched

const note = (url, message) => failures.push({ url: new URL(url, self.location).href, message });
const isNumpy = ({ url }) => /\/numpy-[^/]*\.whl/.test(url);

const plainFetch = self.fetch.bind(self);

/** Fetch that counts bytes and remembers what failed; Pyodide calls it while it loads. */
function watchFetch() {
  let loaded = 0;
  let last = 0;
  const count = (bytes) => {
    loaded += bytes;
    const now = Date.now();
    if (now - last > 100) {
      last = now;
      postMessage({ type: "bytes", loaded, total: TOTAL });
    }
  };
  self.fetch = async (input, init) => {
    const url = input?.url ?? String(input);
    let response;
    try {
      response = await plainFetch(input, init);
    } catch (error) {
      note(url, error.message);
      throw error;
    }
    if (!response.ok) note(url, `the server answered ${response.status}`);
    // A rewrapped response would lose the browser's cache of compiled code, so the largest file
    // passes untouched and is counted by its known size.
    if (!response.body || url.endsWith(".wasm")) {
      count(url.endsWith(".wasm") ? WASM : 0);
      return response;
    }
    const body = response.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          count(chunk.byteLength);
          controller.enqueue(chunk);
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}

async function getBuffer(url) {
  const response = await self.fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}

async function boot({ archives, numpyWheel, ...data }) {
  ({ pyodideURL } = data);
  watchFetch();
  const ours = Promise.all(archives.map(getBuffer));
  ours.catch(() => {}); // awaited below; until then a failure must not count as unhandled
  const entry = pyodideURL + "pyodide.mjs";
  const { loadPyodide } = await import(entry).catch((error) => {
    failures.unshift({ url: entry, message: error.message });
    throw error;
  });
  const lines = [];
  const log = (line) => lines.push(line);
  const pyodide = await loadPyodide({
    indexURL: pyodideURL,
    packages: [numpyWheel ?? "numpy"], // downloads beside the interpreter
    stdin: () => null, // input() raises EOFError: nobody is there to answer
    stdout: log,
    stderr: log,
  });
  let missing = null;
  if (!pyodide.loadedPackages.numpy) {
    // Code that needs no NumPy still runs; the panel says what is missing.
    const fallback = { url: numpyWheel ?? pyodideURL, message: lines.join("\n") };
    missing = failures.find(isNumpy) ?? fallback;
  }
  postMessage({ type: "step", step: "course" });
  // "zip" for the wheel too: nothing asks for its metadata.
  for (const archive of await ours) pyodide.unpackArchive(archive, "zip");
  pyodide.runPython(BOOTSTRAP, { filename: "<lossbook>" });
  python = pyodide;
  call = pyodide.globals.get("_lossbook_call");
  self.fetch = plainFetch;
  postMessage({ type: "ready", missing });
}

let unplotted = null; // {url, message} while a part of Matplotlib is missing

/** Matplotlib for a program that imports it; {url, message} if it cannot be had. */
async function loadPlots(code) {
  if (!/^[ \t]*(import|from)[ \t]+matplotlib\b/m.test(code)) return null;
  const there = "import importlib.util; importlib.util.find_spec('matplotlib') is not None";
  if (!unplotted && python.runPython(there)) return null;
  postMessage({ type: "step", step: "plots" });
  const lines = [];
  try {
    const log = (line) => lines.push(line);
    await python.loadPackage("matplotlib", { messageCallback: () => {}, errorCallback: log });
  } catch (error) {
    lines.push(error.message);
  }
  postMessage({ type: "running" });
  // One reason is enough: where the first package is not, its ten companions are not either.
  const reasons = lines.join("\n").replace(/^The following error occurred while loading .*:\s*/gm, "");
  unplotted = lines.length ? { url: pyodideURL, message: reasons.trim().split("\n")[0] } : null;
  return unplotted;
}

self.onmessage = async ({ data }) => {
  if (data.type === "boot") {
    try {
      await boot(data);
    } catch (error) {
      note(data.pyodideURL, error.message);
      postMessage({ type: "boot-error", ...failures.find((one) => !isNumpy(one)) });
    }
    return;
  }
  const { type, id, slug, code } = data;
  if (type === "prepare") {
    // Nobody waits yet: import what a verdict needs, so that the first is as quick as the later ones.
    try {
      call("check", slug, "");
    } catch {
      // The reader's own check will say what is amiss.
    }
    return;
  }
  try {
    const missing = type === "run" ? await loadPlots(code) : null;
    const start = performance.now();
    const result = JSON.parse(call(type, slug, code));
    result.ms = performance.now() - start;
    postMessage({ type: "result", id, result: { ...result, unplotted: missing } });
  } catch (error) {
    // The interpreter itself gave up (out of memory, stack of the browser exhausted).
    const message = `Python itself stopped: ${error.message}`;
    postMessage({
      type: "result",
      id,
      fatal: true,
      result: { status: "error", text: message, error: message, aspects: [], line: null },
    });
  }
};
