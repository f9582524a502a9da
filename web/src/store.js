// What the reader has written, one localStorage entry per exercise.
//
// Record: {code, kept, best: {status, earned, points}, attempts: [{at, code, status, earned, points}]}
//   code      what the editor holds (absent: the stub)
//   kept      what it held before the last reset or restore, for "bring back"
//   attempts  the last 20 checked versions, newest first
// When the browser refuses to store, work goes on in memory and `problem()` says why.

const PREFIX = "lossbook:v1:";
const MAX_ATTEMPTS = 20;
const MAX_CODE = 100_000;
const memory = new Map();
let trouble = null;

export const problem = () => trouble;

function fail(error) {
  trouble = error?.name === "QuotaExceededError" ? "full" : "blocked";
}

export function read(slug) {
  if (memory.has(slug)) return memory.get(slug);
  try {
    const record = JSON.parse(localStorage.getItem(PREFIX + slug));
    return record && typeof record === "object" ? record : {};
  } catch (error) {
    // A damaged entry reads as empty; a refused one is a problem to show.
    if (!(error instanceof SyntaxError)) fail(error);
    return {};
  }
}

export function write(slug, patch) {
  const record = { ...read(slug), ...patch };
  const save = (value) => localStorage.setItem(PREFIX + slug, JSON.stringify(value));
  try {
    try {
      save(record);
    } catch (error) {
      // Full: the history is worth less than the work in hand.
      if (error?.name !== "QuotaExceededError" || !record.attempts?.length) throw error;
      record.attempts = record.attempts.slice(0, 1);
      save(record);
    }
    memory.delete(slug);
    trouble = null;
  } catch (error) {
    memory.set(slug, record);
    fail(error);
  }
  changed(slug);
}

function changed(slug) {
  dispatchEvent(new CustomEvent("lossbook:change", { detail: slug }));
}

/** Keep a checked version; the same code checked twice is one attempt. */
export function addAttempt(slug, attempt) {
  const { attempts = [], best } = read(slug);
  const others = attempts.filter((old) => old.code !== attempt.code);
  const { status, earned, points } = attempt;
  const better = status !== "not attempted" && (!best || earned >= best.earned);
  write(slug, {
    attempts: [attempt, ...others].slice(0, MAX_ATTEMPTS),
    best: better ? { status, earned, points } : best,
  });
}

/** Call back on every change, in this tab or another one. */
export function subscribe(callback) {
  addEventListener("lossbook:change", (event) => callback(event.detail));
  addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX)) callback(event.key.slice(PREFIX.length));
  });
}

function slugs() {
  const found = new Set(memory.keys());
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
    }
  } catch (error) {
    fail(error);
  }
  return [...found].sort();
}

export function exportAll() {
  const exercises = Object.fromEntries(slugs().map((slug) => [slug, read(slug)]));
  return JSON.stringify({ format: "lossbook-progress", version: 1, exercises }, null, 1) + "\n";
}

const isCode = (value) => typeof value === "string" && value.length <= MAX_CODE;
const isCount = (value) => Number.isFinite(value) && value >= 0;

function cleanAttempt(given) {
  const { at, code, status, earned, points } = given ?? {};
  const sound = isCode(code) && isCount(at) && isCount(earned) && isCount(points);
  return sound ? [{ at, code, status: String(status), earned, points }] : [];
}

/**
 * Take in an exported file; nothing that is here is lost: where both sides have code that differs,
 * the file's goes into the editor and the present one is kept for "bring back".
 * Returns the number of exercises read; throws an Error that says what is wrong with the file.
 */
export function importAll(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON.");
  }
  if (data?.format !== "lossbook-progress" || data.version !== 1 || !data.exercises) {
    throw new Error("This file was not written by “Export progress” of this book.");
  }
  let count = 0;
  for (const [slug, given] of Object.entries(data.exercises)) {
    if (!/^\w{1,64}$/.test(slug) || !given || typeof given !== "object") continue;
    const here = read(slug);
    const patch = {};
    if (isCode(given.code) && given.code !== here.code) {
      patch.code = given.code;
      if (here.code != null) patch.kept = here.code;
    }
    const attempts = [...(here.attempts ?? []), ...(given.attempts ?? []).flatMap(cleanAttempt)]
      .sort((a, b) => b.at - a.at)
      .filter((one, i, all) => all.findIndex((other) => other.code === one.code) === i);
    if (attempts.length) patch.attempts = attempts.slice(0, MAX_ATTEMPTS);
    const { status, earned, points } = given.best ?? {};
    if (isCount(earned) && isCount(points) && earned >= (here.best?.earned ?? 0)) {
      patch.best = { status: String(status), earned, points };
    }
    write(slug, patch);
    count++;
  }
  return count;
}
