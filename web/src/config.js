// Settings of the page, from <script type="application/json" id="lossbook-config">.

const DEFAULTS = {
  pyodideURL: "https://cdn.jsdelivr.net/pyodide/v0.29.5/full/",
  timeLimit: 10, // seconds one Run or Check may take
  wheel: null, // lossref and the light part of autograde
  exercises: [], // archives with the exercises of this page's chapters, unpacked beside the wheel
  numpyWheel: null, // a NumPy wheel to use instead of the one in Pyodide's folder
  notebooks: {}, // chapter -> release notebook
  serviceWorker: null, // address of sw.js; it must lie at or above the pages it serves
};

let settings;

export const absolute = (url) => new URL(url, document.baseURI).href;

export function config() {
  if (settings) return settings;
  const source = document.getElementById("lossbook-config");
  settings = { ...DEFAULTS, ...JSON.parse(source?.textContent || "{}") };
  for (const key of ["pyodideURL", "wheel", "numpyWheel", "serviceWorker"]) {
    if (settings[key]) settings[key] = absolute(settings[key]);
  }
  settings.exercises = settings.exercises.map(absolute);
  if (!settings.pyodideURL.endsWith("/")) settings.pyodideURL += "/";
  return settings;
}
