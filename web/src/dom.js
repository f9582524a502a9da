// Small helpers for building the panel: text always goes in as text.

/** Make an element: `el("p", {class: "x"}, "text", child)`. `on…` properties become listeners. */
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** Text with `code` in backticks, as nodes. */
export function prose(text) {
  return String(text)
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 ? el("code", {}, part) : part));
}

const TAGS = new Set(
  ("A ABBR B BR CODE DD DETAILS DIV DL DT EM H3 H4 H5 HR I KBD LI OL P PRE S SECTION SMALL SPAN " +
    "STRONG SUB SUMMARY SUP TABLE TBODY TD TH THEAD TR U UL").split(" "),
);
const ATTRIBUTES = /^(class|title|colspan|rowspan|scope|start|open|lang|data-[a-z]+)$/;

/**
 * Nodes for HTML that came out of the Python worker. Our renderer wrote it, but the reader's code (or
 * code imported from somebody else's progress file) ran in the same interpreter and could have
 * replaced the renderer, so only known tags and attributes are copied.
 */
export function safeNodes(html) {
  const copy = (from, to) => {
    for (const child of from.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) to.append(child.data);
      else if (TAGS.has(child.tagName)) {
        const node = el(child.tagName, { tabindex: child.tagName === "PRE" ? 0 : null }); // may scroll
        for (const { name, value } of child.attributes) {
          if (ATTRIBUTES.test(name)) node.setAttribute(name, value);
          else if (name === "href" && /^(https?:|#|\.|\/(?!\/)|[\w-]+[./#])/i.test(value)) {
            node.setAttribute(name, value);
          }
        }
        copy(child, node);
        to.append(node);
      }
    }
    return to;
  };
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return copy(parsed.body, document.createDocumentFragment());
}

const NUMBER = /(-?(?:\d[\d.]*(?:e[+-]?\d+)?|inf|nan)(?![\w]))/;
const CLOSE = 2e-5; // single precision: what the checker lets pass is not marked

/** Which numbers of `got` are not those of `wanted`, if the two differ in nothing else. */
function differing(got, wanted) {
  const [mine, theirs] = [got.split(NUMBER), wanted.split(NUMBER)];
  const alike = mine.length === theirs.length && mine.every((part, i) => i % 2 || part === theirs[i]);
  if (!alike || mine.length < 5) return null; // one number alone differs as a whole
  const other = mine.map((part, i) => i % 2 === 1 && part !== theirs[i]);
  const far = other.map((is, i) => is && !(Math.abs(mine[i] - theirs[i]) <= CLOSE * Math.abs(theirs[i])));
  return { parts: mine, marked: far.includes(true) ? far : other };
}

/** Mark in every “got … / wanted …” of a verdict the numbers that are not the wanted ones. */
export function markDifferences(nodes) {
  for (const pre of nodes.querySelectorAll("pre")) {
    const found = /^([^]*^got {4})(.*)(\nwanted )(.*)([^]*)$/m.exec(pre.textContent);
    const difference = found && differing(found[2], found[4]);
    if (!difference) continue;
    const { parts, marked } = difference;
    const line = parts.map((part, i) => (marked[i] ? el("mark", {}, part) : part));
    pre.replaceChildren(found[1], ...line, found[3] + found[4] + found[5]);
  }
  return nodes;
}

/** Hand the reader a file. */
export function saveFile(name, text, type = "application/json") {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
