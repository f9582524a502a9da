// The search page: losses and words by any of their names, above what the index finds in pages.

/** Lower case, no accents, and single spaces for all that is neither letter nor digit. */
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

/** 3: the name itself; 2: it but for the word "loss"; 1: all words of the query are in it. */
function fit(name, query, words) {
  const plainName = plain(name);
  if (plainName === query) return 3;
  const short = (text) => text.replace(/ (loss|function)$/, "").replace(/(损失函数|损失|函数)$/u, "").replaceAll(" ", "");
  if (short(plainName) === short(query)) return 2;
  const parts = plainName.split(" ");
  return words.every((word) => parts.some((part) => (/\p{Script=Han}/u.test(word) ? part.includes(word) : part.startsWith(word)))) ? 1 : 0;
}

export function find(rows, text) {
  const query = plain(text);
  if (!query) return [];
  const words = query.split(" ");
  const found = new Map();
  for (const row of rows) {
    let best = 0;
    let by = "";
    for (const name of row.n) {
      const score = fit(name, query, words);
      if (score > best) [best, by] = [score, name];
    }
    const before = found.get(row.u);
    if (best && !(before && before.score >= best)) {
      found.set(row.u, { ...row, g: row.g || before?.g, score: best, by });
    } else if (best && before && !before.g) before.g = row.g;
  }
  return [...found.values()].sort((a, b) => b.score - a.score).slice(0, 8);
}

function show(place, rows) {
  const text = new URLSearchParams(location.search).get("q") || "";
  const found = find(rows, text);
  if (!found.length) return;
  place.innerHTML = "<h2>By name</h2><ul></ul>";
  for (const row of found) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = row.u;
    link.textContent = row.p || row.t;
    item.append(link);
    item.append(" (");
    if (plain(row.by) !== plain(row.t)) {
      const asked = document.createElement("span");
      asked.textContent = row.by;
      if (/\p{Script=Han}/u.test(row.by)) asked.lang = "zh";
      item.append(asked, " = ");
    }
    item.append(`${row.t})`);
    if (row.g && row.g !== row.u) {
      const entry = document.createElement("a");
      entry.href = row.g;
      entry.textContent = "glossary";
      item.append(", ", entry);
    }
    place.querySelector("ul").append(item);
  }
}

const place = document.getElementById("search-names");
const names = document.getElementById("lossbook-names");
if (place && names) show(place, JSON.parse(names.textContent));
