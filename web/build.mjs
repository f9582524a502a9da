// Bundle the page's scripts into ../_build/web (or the folder given as the first argument).
// Fails when exercise.js outgrows its budget: every page with an exercise pays for it.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = resolve(process.argv[2] ?? join(here, "../_build/web"));
const source = join(here, "src");
const budgets = { "exercise.js": 9_000, "editor.js": 180_000, "worker.js": 4_000, "sw.js": 2_000, "panel.css": 4_000 };

// The chunks are asked for with this in their address, so that a browser that kept an old editor or
// worker does not combine it with a new page.
const hash = createHash("sha256");
for (const name of readdirSync(source).sort()) hash.update(name).update(readFileSync(join(source, name)));
hash.update(readFileSync(join(here, "package-lock.json")));

const { metafile } = await esbuild.build({
  entryPoints: Object.keys(budgets).map((name) => join(source, name)),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none", // the licences are in LICENSES.txt
  loader: { ".py": "text" },
  define: { __BUILD__: JSON.stringify(hash.digest("hex").slice(0, 10)) },
  metafile: true,
  logLevel: "warning",
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (match) packages.add(match[1]);
}
const licences = [...packages].sort().map((name) => {
  const root = join(here, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(root, "LICENSE"), "utf8").trim()}\n`;
});
writeFileSync(join(outdir, "LICENSES.txt"), licences.join("\n----\n\n"));

for (const [name, budget] of Object.entries(budgets)) {
  const size = gzipSync(readFileSync(join(outdir, name)), { level: 9 }).length;
  console.log(`${name.padEnd(12)} ${String(size).padStart(7)} bytes gzip (budget ${budget})`);
  if (size > budget) {
    console.error(`${name} is over its budget of ${budget} bytes: take something out or move it to a chunk`);
    process.exitCode = 1;
  }
}
