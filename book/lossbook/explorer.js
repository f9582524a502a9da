// Draws the arrays that Python computed; there is no loss in this file.
// Two hosts: <loss-explorer> in a built page, and anywidget in a notebook (the default export).

const NS = "http://www.w3.org/2000/svg";
const MINUS = "\u2212";
let serial = 0;

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** What a node of a picture or a table should be. `way` has its colours, `inside` nodes and texts. */
const want = (name, attributes = {}, way = null, ...inside) => ({ name, attributes, way, inside });

/** Makes what is in a node what is wanted. Nodes stay, and only what differs is written: a probe that
    moves costs a few attributes and not a new picture. */
function fill(parent, wanted) {
  wanted.forEach((each, i) => {
    let node = parent.childNodes[i];
    if (typeof each === "string") {
      if (node?.data === undefined) node ? node.replaceWith(each) : parent.append(each);
      else if (node.data !== each) node.data = each;
      return;
    }
    if (node?.was?.name !== each.name) {
      const fresh = document.createElementNS(parent.namespaceURI, each.name);
      fresh.was = want(each.name);
      node ? node.replaceWith(fresh) : parent.append(fresh);
      node = fresh;
    }
    const { attributes, way } = node.was;
    node.was = each;
    for (const key in attributes) if (!(key in each.attributes)) node.removeAttribute(key);
    for (const key in each.attributes) if (attributes[key] !== each.attributes[key]) node.setAttribute(key, each.attributes[key]);
    if (way !== each.way) each.way ? tint(node, each.way) : node.removeAttribute("style");
    fill(node, each.inside);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

/** The same for nodes that exist already, such as sliders; what stays keeps the focus. */
function arrange(parent, wanted) {
  for (const node of [...parent.children]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, i) => parent.children[i] !== node && parent.insertBefore(node, parent.children[i]));
}

/** Calls `draw` in the next frame, once, however often it is asked until then. */
function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/** 24-bit floats in three byte planes, as lossbook.explore.pack writes them. */
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const n = bytes.length / 3;
  const bits = new Uint32Array(n);
  for (let i = 0; i < n; i++) bits[i] = (bytes[i] << 24) | (bytes[n + i] << 16) | (bytes[2 * n + i] << 8);
  return new Float32Array(bits.buffer);
}

/** A flat table as its rows, each of n numbers. */
const rowsOf = (table, n) => Array.from({ length: table.length / n }, (_, i) => table.subarray(i * n, (i + 1) * n));

const minus = (text) => text.replace("-", MINUS);

/** Three significant digits, as the summary in Python writes them. */
function say(value) {
  if (Number.isNaN(value)) return "undefined";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return minus(size >= 1e-3 && size < 1e4 ? value.toPrecision(3) : value.toExponential(2));
}

const short = (value) => minus(String(Number(value.toPrecision(6))));
const line = ([lo, hi, n]) => Array.from({ length: n }, (_, i) => lo + ((hi - lo) * i) / (n - 1));
const clamp = (value, lo, hi) => Math.min(hi, Math.max(lo, value));

function nearest(grid, value) {
  let best = 0;
  for (let i = 1; i < grid.length; i++) {
    if (Math.abs(grid[i] - value) < Math.abs(grid[best] - value)) best = i;
  }
  return best;
}

function ticks(lo, hi, count) {
  const raw = (hi - lo) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw) * power;
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) out.push(k * step);
  return out;
}

/** Positions nearest to those wanted, at least `gap` apart and inside lo..hi. */
function spread(wanted, gap, lo, hi) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const out = [];
  let last = -Infinity;
  for (const i of order) last = out[i] = Math.max(clamp(wanted[i], lo, hi), last + gap);
  let next = hi + gap;
  for (const i of order.reverse()) next = out[i] = Math.min(out[i], next - gap);
  return out;
}

const tint = (node, { color, dark, text }) => {
  node.style.setProperty("--c", color);
  node.style.setProperty("--d", dark);
  node.style.setProperty("--t", text);
  return node;
};

/** A pair of axes that fills its container's width; data is drawn by `paint`. */
class Plot {
  constructor({ label, title = "", xlabel, ylabel = "", xlim, ylim = [0, 1], ratio, names = [], plane, paint }) {
    Object.assign(this, { title, xlabel, ylabel, xlim, ylim, ratio, paint, width: 0 });
    this.right = names.length ? 14 + 7.4 * Math.max(...names.map((name) => name.length)) : 16;
    const clip = `ex-clip-${++serial}`;
    this.axes = svg("g", { "aria-hidden": "true" });
    this.inside = svg("g", { "clip-path": `url(#${clip})` });
    this.outside = svg("g");
    this.hole = svg("rect");
    this.node = svg("svg", { role: "group", "aria-label": label },
      svg("clipPath", { id: clip }, this.hole), this.axes, this.inside, this.outside);
    if (plane) this.node.classList.add("ex-plane");
    this.box = html("div", { class: "ex-plot" }, this.node);
  }

  watch() {
    this.fit();
    new ResizeObserver(() => this.fit()).observe(this.box);
  }

  fit() {
    const width = Math.round(this.box.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.height = Math.round(clamp(width * this.ratio, 215, 420));
    this.node.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.rescale();
    this.draw();
  }

  /** Another title or other limits. */
  turn(next) {
    if (Object.entries(next).every(([key, value]) => String(this[key]) === String(value))) return;
    Object.assign(this, next);
    if (this.width) this.rescale();
  }

  draw() {
    if (!this.width) return;
    const [inside, outside] = this.paint(this);
    fill(this.inside, inside);
    fill(this.outside, outside);
  }

  rescale() {
    this.drawn = new WeakMap(); // what `path` made, by heights
    const top = this.title ? 30 : 12;
    Object.assign(this, { left: 44, top, bottom: 42 });
    const [w, h] = [this.width - this.left - this.right, this.height - top - this.bottom];
    Object.assign(this, { w, h });
    for (const [key, value] of Object.entries({ x: this.left, y: top, width: w, height: h })) {
      this.hole.setAttribute(key, value);
    }
    const floor = top + h;
    const parts = [want("path", { class: "ex-axis", d: `M${this.left},${top}V${floor}H${this.left + w}` })];
    const text = (words, attributes) => parts.push(want("text", { "text-anchor": "middle", ...attributes }, null, words));
    for (const v of ticks(...this.xlim, clamp(w / 55, 3, 10))) {
      parts.push(want("path", { class: "ex-axis", d: `M${this.x(v)},${floor}v4` }));
      text(short(v), { class: "ex-tick", x: this.x(v), y: floor + 17 });
    }
    for (const v of ticks(...this.ylim, clamp(h / 40, 3, 7))) {
      parts.push(want("path", { class: "ex-axis", d: `M${this.left},${this.y(v)}h-4` }));
      text(short(v), { class: "ex-tick", x: this.left - 7, y: this.y(v) + 4, "text-anchor": "end" });
    }
    if (this.ylim[0] < 0 && this.ylim[1] > 0 && this.title) {
      parts.push(want("path", { class: "ex-zero", d: `M${this.left},${this.y(0)}h${w}` }));
    }
    if (this.title) parts.push(want("text", { class: "ex-title", x: 2, y: 15 }, null, this.title));
    text(this.xlabel, { class: "ex-name", x: this.left + w / 2, y: this.height - 4 });
    if (this.ylabel) text(this.ylabel, { class: "ex-name", transform: `translate(11 ${top + h / 2}) rotate(-90)` });
    fill(this.axes, parts);
  }

  x(v) {
    return +(this.left + ((v - this.xlim[0]) / (this.xlim[1] - this.xlim[0])) * this.w).toFixed(2);
  }

  y(v) {
    const px = this.top + this.h - ((v - this.ylim[0]) / (this.ylim[1] - this.ylim[0])) * this.h;
    return +clamp(px, -9999, 9999).toFixed(2);
  }

  /** The data coordinates under a pointer. Asks for the layout: call it before anything is written. */
  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.node.getScreenCTM().inverse());
    return [
      this.xlim[0] + ((point.x - this.left) / this.w) * (this.xlim[1] - this.xlim[0]),
      this.ylim[0] + ((this.top + this.h - point.y) / this.h) * (this.ylim[1] - this.ylim[0]),
    ];
  }

  drag(move) {
    this.node.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.node.setPointerCapture(event.pointerId);
      move(event);
    });
    this.node.addEventListener("pointermove", (event) => {
      if (this.node.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  // -- what is drawn

  path(xs, ys) {
    let d = this.drawn.get(ys) ?? "";
    if (d) return d;
    let pen = "M";
    for (let i = 0; i < xs.length; i++) {
      if (Number.isNaN(ys[i])) {
        pen = "M";
        continue;
      }
      d += `${pen}${this.x(xs[i])},${this.y(ys[i])}`;
      pen = "L";
    }
    this.drawn.set(ys, d);
    return d;
  }

  curve(xs, ys, way, name = "ex-line") {
    return want("path", { class: name, d: this.path(xs, ys) }, way);
  }

  circle(x, y, r, name, way) {
    return want("circle", { class: name, cx: this.x(x), cy: this.y(y), r }, way);
  }

  dot(x, y, way, r = 5) {
    return this.circle(x, y, r, "ex-dot", way);
  }

  probe(x) {
    return want("path", { class: "ex-probe", d: `M${this.x(x)},${this.top}v${this.h}` });
  }

  name(way, x, y, anchor) {
    return want("text", { class: "ex-label", x, y: y + 4, ...(anchor && { "text-anchor": anchor }) }, way, way.short);
  }

  /** Heights of names at the right, kept apart. */
  apart(heights) {
    return spread(heights, 16, this.top + 4, this.top + this.h);
  }

  names(ways, heights) {
    const places = this.apart(heights.map((v) => this.y(v)));
    return ways.map((way, k) => this.name(way, this.left + this.w + 6, places[k]));
  }

  /** How high a line ends; where it has left the axes, the edge through which it did. */
  end(ys) {
    return clamp(ys.findLast((v) => !Number.isNaN(v)) ?? this.ylim[0], ...this.ylim);
  }
}

/** A native slider over the indices of a grid, with its value as a number beside its name. */
function slider(name, onmove, number) {
  // Not an <output>: that could itself be what the label labels.
  const words = document.createTextNode("");
  const output = html("span", { class: "ex-value" }, words);
  const input = html("input", { type: "range", min: 0, step: 1 });
  input.addEventListener("input", () => onmove(Number(input.value)));
  const box = html("div", { class: "ex-slider" }, html("label", {}, html("span", {}, `${name} = `, output), input));
  let typed;
  if (number) {
    typed = html("input", { type: "number", step: "any", "aria-label": `${name}, any value` });
    typed.addEventListener("change", () => typed.value !== "" && number(Number(typed.value)));
    box.append(typed);
  }
  const set = (index, value, count) => {
    const text = short(value);
    if (input.max !== String(count - 1)) input.max = count - 1; // before the value, which it bounds
    if (input.value !== String(index)) input.value = index;
    if (typed) typed.value = value;
    if (words.data === text) return;
    input.setAttribute("aria-valuetext", text);
    words.data = text;
  };
  return { box, input, set };
}

/** The values beside a picture; a row is a way (or null), its name, and what is read off. */
function tabulate(table, head, rows) {
  fill(table, [
    want("thead", {}, null, want("tr", {}, null, ...head.map((text) => want("th", { scope: "col" }, null, text)))),
    want("tbody", {}, null, ...rows.map(([way, name, ...cells]) => want("tr", {}, null,
      want("th", { scope: "row" }, null, ...(way ? [want("span", { class: "ex-swatch" }, way)] : []), name),
      ...cells.map((text) => want("td", {}, null, text))))),
  ]);
}

/** What all explorers share: buttons, reset by key, and a summary that is spoken when it rests. */
function shell(root, { tries, set, reset }) {
  const spoken = html("p", { class: "ex-spoken", role: "status", "aria-live": "polite" });
  let timer;
  let first = true;
  const speak = (text) => {
    clearTimeout(timer);
    if (first) return void (first = false); // nothing has moved yet
    timer = setTimeout(() => (spoken.textContent = text), 500);
  };
  const row = html("div", { class: "ex-tries" });
  for (const { label, state } of tries) {
    row.append(html("button", { type: "button", onclick: () => set(state) }, label));
  }
  row.append(html("button", { type: "button", class: "ex-reset", title: "Key: R or Escape", onclick: reset }, "Reset"));
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=number], select")) return;
    if (event.key === "Escape" || event.key === "r" || event.key === "R") reset();
  });
  return { row, spoken, speak };
}

function picker(label, options, onpick) {
  const select = html("select", {}, ...options.map(([value, title]) => html("option", { value }, title)));
  select.addEventListener("change", () => onpick(select.value));
  return { select, box: html("label", { class: "ex-pick" }, `${label} `, select) };
}

/** An explorer with one plot; a state of it is an index per pick and per slider. A kind says
 *    plot      the options of its Plot, without `paint`
 *    picks     what is chosen from a list: { label, key, options }
 *    sliders   what slides: { name, key, values }; `values` may be a function of the state
 *    axes      title and limits of the plot in a state, where they change
 *    marks     what is drawn in a state: within the axes, and over them
 *    table     head and rows of the table in a state, and the sentence that is spoken
 *    drag      what a pointer at a place of the plot changes; `begins` with its first touch
 *    handle    the name of what arrow keys move over the sliders x and y, and their far step
 *    first, tries, read    the first state, the buttons, and a state's indices, where they are unusual
 *    picked    what else changes with a choice
 */
function figure(root, data, kind) {
  const { sliders, handle, picks = [], first = data.state, tries = data.tries } = kind;
  const grid = ({ values }, at) => (typeof values === "function" ? values(at) : values);
  const read = kind.read ?? ((next) => {
    const full = { ...first, ...next };
    const found = {};
    for (const { key, options } of picks) found[key] = options.indexOf(full[key]);
    for (const each of sliders) found[each.key] = nearest(grid(each, found), full[each.key]);
    return found;
  });
  let state = read(first);
  const plot = new Plot({
    ...kind.plot,
    plane: handle,
    paint: () => {
      const [inside, outside = []] = kind.marks(plot, state);
      return [inside, handle ? [...outside, knob()] : outside];
    },
  });
  const table = html("table", { class: "values" });
  const redraw = oncePerFrame(draw);
  const go = (next) => {
    Object.assign(state, next);
    redraw();
  };

  /** What the pointer and the arrow keys move. */
  function knob() {
    const [x, y] = sliders.map((each) => grid(each)[state[each.key]]);
    const [lo, hi] = [sliders[1].values[0], sliders[1].values.at(-1)];
    return want("g", {
      class: "ex-handle", tabindex: 0, role: "slider", "aria-label": `${handle.name}; arrow keys move it`,
      "aria-valuemin": lo, "aria-valuemax": hi, "aria-valuenow": y, "aria-valuetext": `x ${short(x)}, y ${short(y)}`,
      transform: `translate(${plot.x(x)} ${plot.y(y)})`,
    }, null, want("circle", { class: "ex-reach", r: 22 }), want("circle", { class: "ex-ring", r: 8 }));
  }

  const pickers = picks.map(({ label, key, options }) =>
    picker(label, options.map((title, i) => [i, title]), (i) => go({ [key]: Number(i), ...kind.picked?.(Number(i), state) })));
  const bars = sliders.map((each) => slider(each.name, (i) => go({ [each.key]: i })));

  function draw() {
    picks.forEach(({ key }, i) => (pickers[i].select.value = state[key]));
    sliders.forEach((each, i) => {
      const values = grid(each, state);
      bars[i].set(state[each.key], values[state[each.key]], values.length);
    });
    if (kind.axes) plot.turn(kind.axes(state));
    plot.draw();
    const { head, rows, text } = kind.table(state);
    tabulate(table, head, rows);
    speak(text);
  }

  const set = (next) => go(read(next));
  const { row: buttons, spoken, speak } = shell(root, { tries, set, reset: () => set(first) });
  if (kind.drag) {
    plot.drag((event) => {
      if (handle) event.preventDefault();
      go(kind.drag(plot.at(event), state, event.type === "pointerdown"));
    });
  } else plot.node.style.cursor = "default";
  if (handle) {
    plot.node.addEventListener("keydown", (event) => {
      const far = event.shiftKey ? handle.far : 1;
      const by = {
        ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowDown: [0, -far], ArrowUp: [0, far],
        Home: [-Infinity, 0], End: [Infinity, 0], PageDown: [0, -handle.far], PageUp: [0, handle.far],
      }[event.key];
      if (!by) return;
      event.preventDefault();
      go(Object.fromEntries(sliders.map(({ key, values }, i) => [key, clamp(state[key] + by[i], 0, values.length - 1)])));
    });
  }
  const controls = html("div", { class: "ex-controls" },
    ...pickers.filter((_, i) => picks[i].options.length > 1).map((each) => each.box), ...bars.map((bar) => bar.box));
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

const titles = (views) => views.map((view) => view.title);
const names = (ways) => ways.map((way) => way.short);
const namesOf = (views, ways = "ways") => views.flatMap((view) => names(view[ways]));

/** Lines with their names at the right, and what is read off them where the probe is. */
function lines(plot, ways, xs, rows, at, under = []) {
  const dots = ways.flatMap((way, k) => (Number.isNaN(rows[k][at]) ? [] : [plot.dot(xs[at], rows[k][at], way)]));
  return [
    [plot.probe(xs[at]), ...under, ...ways.map((way, k) => plot.curve(xs, rows[k], way)), ...dots],
    plot.names(ways, rows.map((ys) => plot.end(ys))),
  ];
}

/** The place under a pointer, of a probe that slides over xs. */
const along = (xs, key = "at") => ([x]) => ({ [key]: nearest(xs, x) });

// -- one outlier and every line ----------------------------------------------------------------

function outlier(data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const fits = rowsOf(unpack(data.lines), 2);
  const ends = [gx[0], gx.at(-1)];
  const fit = ({ x, y }, k) => fits[(y * gx.length + x) * data.losses.length + k];
  return {
    plot: {
      label: "Points, one outlier, and the line of every loss",
      xlabel: data.xlabel,
      ylabel: data.ylabel,
      xlim: ends,
      ylim: [gy[0], gy.at(-1)],
      ratio: 0.62,
      names: names(data.losses),
    },
    sliders: [{ name: "outlier x", key: "x", values: gx }, { name: "outlier y", key: "y", values: gy }],
    handle: { name: "Outlier", far: 5 },
    first: data.at,
    tries: data.tries.map(({ label, at }) => ({ label, state: at })),
    read: ([x, y]) => ({ x, y }),
    drag: ([x, y]) => ({ x: nearest(gx, x), y: nearest(gy, y) }),
    marks(plot, state) {
      const heights = data.losses.map((_, k) => ends.map((x) => fit(state, k)[0] * x + fit(state, k)[1]));
      return [
        [want("g", { "aria-hidden": "true" }, null, ...data.x.map((x, i) => plot.circle(x, data.y[i], 3.5, "ex-point"))),
          ...data.losses.map((loss, k) => plot.curve(ends, heights[k], loss))],
        plot.names(data.losses, heights.map((ys) => ys[1])),
      ];
    },
    table(state) {
      const [x, y] = [gx[state.x], gy[state.y]];
      const rows = data.losses.map((loss, k) =>
        [loss, loss.name, ...[fit(state, k)[0], loss.without[0]].map((slope) => minus(slope.toFixed(2)))]);
      const said = rows.map(([, name, now, before]) => `${name}: slope ${now}, ${before} without it`);
      return {
        head: [`outlier at (${short(x)}, ${short(y)})`, "slope", "without it"],
        rows,
        text: `Outlier at ${data.xlabel} = ${say(x)}, ${data.ylabel} = ${say(y)}. ${said.join("; ")}.`,
      };
    },
  };
}

// -- several numbers read off at one place -----------------------------------------------------

function paths(data) {
  const views = data.views.map((view) => ({ ...view, values: view.ways.map((way) => unpack(way.values)) }));
  return {
    plot: {
      label: `${data.ylabel} over ${data.axis}`,
      xlabel: data.axis,
      ylabel: data.ylabel,
      xlim: [data.at[0], data.at.at(-1)],
      ratio: 0.5,
      names: namesOf(views),
    },
    picks: [{ label: "Show", key: "view", options: titles(views) }],
    sliders: [{ name: data.axis, key: "at", values: data.at }],
    axes: ({ view }) => ({ ylim: views[view].ylim }),
    drag: along(data.at),
    marks: (plot, { view, at }) => lines(plot, views[view].ways, data.at, views[view].values, at),
    table({ view, at }) {
      const { title, ways, values } = views[view];
      const place = `${data.name} = ${data.places[at]}`;
      const rows = ways.map((way, k) => [way, way.short, say(values[k][at])]);
      const said = rows.map(([, name, now]) => `${name}: ${now}`);
      return { head: [`at ${place}`, data.ylabel], rows, text: `${title}, ${place}. ${said.join("; ")}.` };
    },
  };
}

// -- how many digits of a result are right -----------------------------------------------------

function digits(data) {
  const views = data.views.map((view) => ({ ...view, right: view.ways.map((way) => unpack(way.digits)) }));
  return {
    plot: {
      label: "Right digits as a function of the input",
      title: "Right digits",
      xlabel: data.axis,
      xlim: [data.at[0], data.at.at(-1)],
      ylim: [0, 17],
      ratio: 0.5,
      names: namesOf(views),
    },
    picks: [{ label: "Quantity", key: "view", options: titles(views) }],
    sliders: [{ name: data.axis, key: "at", values: data.at }],
    drag: along(data.at),
    marks: (plot, { view, at }) => lines(plot, views[view].ways, data.at, views[view].right, at),
    table({ view, at }) {
      const { title, ways, right, exact } = views[view];
      const x = data.x[at];
      const rows = ways.map((way, k) => [way, way.short, way.values[at], right[k][at].toFixed(1)]);
      const said = rows.map(([, name, value, count]) => `${name}: ${value}, ${count} digits right`);
      return {
        head: [`at x = ${x}`, "result", "right digits"],
        rows: [...rows, [null, "exact", exact[at], "all"]],
        text: `${title} at x = ${x}. ${said.join("; ")}; exact: ${exact[at]}.`,
      };
    },
  };
}

// -- curves that change with one number --------------------------------------------------------

function family(data) {
  const xs = unpack(data.x);
  const views = data.views.map((view) => ({
    ...view,
    rows: view.ways.map((way) => rowsOf(unpack(way.rows), xs.length)),
    numbers: view.ways.map((way) => unpack(way.numbers)),
  }));
  return {
    plot: {
      label: `${data.ylabel} as a function of ${data.xlabel}`,
      title: data.ylabel,
      xlabel: data.xlabel,
      xlim: [xs[0], xs.at(-1)],
      ylim: data.ylim,
      ratio: 0.5,
      names: namesOf(views),
    },
    picks: [{ label: "View", key: "view", options: titles(views) }],
    sliders: [{ name: data.name, key: "at", values: data.values }],
    marks(plot, { view, at }) {
      const { ways, numbers } = views[view];
      const rows = views[view].rows.map((row) => row[at]);
      const marked = data.mark ? ways : [];
      return [
        [...ways.map((way, k) => plot.curve(xs, rows[k], way)),
          ...marked.map((way, k) => plot.dot(numbers[k][at], rows[k][nearest(xs, numbers[k][at])], way))],
        plot.names(ways, rows.map((ys) => plot.end(ys))),
      ];
    },
    table({ view, at }) {
      const { title, ways, numbers } = views[view];
      const value = data.values[at];
      const rows = ways.map((way, k) => [way, way.short, say(numbers[k][at])]);
      const said = rows.map(([, name, number]) => `${name}: ${number}`);
      return {
        head: [`${data.name} = ${short(value)}`, data.read],
        rows,
        text: `${title}, ${data.name} = ${say(value)}. ${data.read}: ${said.join("; ")}.`,
      };
    },
  };
}

// -- any curves, with knobs --------------------------------------------------------------------

function knobs(data) {
  const views = data.views.map((view) => ({ ...view, rows: rowsOf(unpack(view.rows), data.x.length) }));
  /** The curves of a view in a setting of the knobs. */
  const curvesOf = (state) => {
    const { lines: ways, rows } = views[state.view];
    const setting = data.knobs.reduce((k, knob) => k * knob.values.length + state[knob.name], 0);
    return rows.slice(setting * ways.length, (setting + 1) * ways.length);
  };
  return {
    plot: {
      label: `Curves over ${data.xlabel}`,
      xlabel: data.xlabel,
      xlim: [data.x[0], data.x.at(-1)],
      ratio: 0.5,
      names: namesOf(views, "lines"),
    },
    picks: [{ label: "Show", key: "view", options: titles(views) }],
    sliders: [
      ...data.knobs.map(({ name, values }) => ({ name, key: name, values })),
      { name: data.xlabel, key: "at", values: data.x },
    ],
    axes: ({ view }) => ({ title: views[view].title, ylim: views[view].ylim }),
    drag: along(data.x),
    marks: (plot, state) => lines(plot, views[state.view].lines, data.x, curvesOf(state), state.at),
    table(state) {
      const { title, lines: ways } = views[state.view];
      const found = curvesOf(state);
      const place = `at ${data.xlabel} = ${say(data.x[state.at])}`;
      const turned = data.knobs.map((knob) => `, ${knob.name} = ${say(knob.values[state[knob.name]])}`).join("");
      const rows = ways.map((way, k) => [way, way.short, say(found[k][state.at])]);
      const said = rows.map(([, name, now]) => `${name}: ${now}`);
      return { head: [place, title], rows, text: `${title} ${place}${turned}. ${said.join("; ")}.` };
    },
  };
}

// -- which constant is best --------------------------------------------------------------------

function constant(data) {
  const m = line(data.m);
  const views = data.views.map((view) => {
    const risks = rowsOf(unpack(view.risks), m.length);
    const lowest = risks.map((row) => Math.min(...row));
    const heights = risks.map((row, k) => {
      const span = Math.max(...row) - lowest[k] || 1;
      return Array.from(row, (v) => (v - lowest[k]) / span);
    });
    return { ...view, risks, lowest, heights };
  });
  return {
    plot: {
      label: "Risk of a constant under every loss",
      xlabel: data.xlabel,
      ylabel: "risk, lowest to highest",
      xlim: [m[0], m.at(-1)],
      ylim: [-0.14, 1],
      ratio: 0.5,
      names: names(data.ways),
    },
    picks: [{ label: "Samples", key: "view", options: titles(views) }],
    sliders: [{ name: data.xlabel, key: "m", values: m }],
    drag: along(m, "m"),
    marks: (plot, state) => lines(plot, data.ways, m, views[state.view].heights, state.m,
      views[state.view].y.map((y) => plot.circle(y, -0.07, 4, "ex-point"))),
    table(state) {
      const { title, risks, lowest } = views[state.view];
      const at = m[state.m];
      const rows = data.ways.map((way, k) => [way, way.short, say(risks[k][state.m]), say(lowest[k])]);
      const said = rows.map(([, name, now, least]) => `${name}: ${now}, lowest ${least}`);
      return {
        head: [`at m = ${short(at)}`, "risk", "lowest risk"],
        rows,
        text: `${title}, predicted by m = ${say(at)}. ${said.join("; ")}.`,
      };
    },
  };
}

// -- is the chord above the curve --------------------------------------------------------------

function chord(data) {
  const ends = line(data.ends);
  const n = data.tenths;
  const x = line([ends[0], ends.at(-1), n * (ends.length - 1) + 1]);
  const weights = line([0, 1, n + 1]);
  const views = data.views.map((view) => {
    const values = unpack(view.values);
    const [lo, hi] = [Math.min(...values), Math.max(...values)];
    const room = 0.08 * (hi - lo || 1);
    return { ...view, values, ylim: [lo - room, hi + room] };
  });
  /** Both ends and the place between them on the fine grid, and the height of the chord there. */
  const place = (state) => {
    const { values } = views[state.view];
    const [a, b, w] = [n * state.a, n * state.b, weights[state.weight]];
    return { a, b, at: Math.round((state.weight * a + (n - state.weight) * b) / n), level: w * values[a] + (1 - w) * values[b] };
  };
  let held;
  return {
    plot: { label: "A curve and a chord of it", xlabel: data.xlabel, xlim: [ends[0], ends.at(-1)], ratio: 0.5 },
    picks: [{ label: "Function", key: "view", options: titles(views) }],
    sliders: [
      { name: "one end a", key: "a", values: ends },
      { name: "other end b", key: "b", values: ends },
      { name: "weight \u03bb of a", key: "weight", values: weights },
    ],
    axes: ({ view }) => ({ ylim: views[view].ylim }),
    drag([at], { a, b }, begins) {
      if (begins) held = Math.abs(ends[a] - at) <= Math.abs(ends[b] - at) ? "a" : "b";
      return { [held]: nearest(ends, at) };
    },
    marks(plot, state) {
      const view = views[state.view];
      const { a, b, at, level } = place(state);
      const ys = [view.values[a], view.values[b]];
      return [[
        plot.curve(x, view.values, view),
        plot.curve([x[a], x[b]], ys, data.chord),
        want("path", { class: "ex-probe", d: `M${plot.x(x[at])},${plot.y(level)}V${plot.y(view.values[at])}` }),
        plot.dot(x[a], ys[0], data.chord), plot.dot(x[b], ys[1], data.chord),
        plot.dot(x[at], level, data.chord), plot.dot(x[at], view.values[at], view),
      ]];
    },
    table(state) {
      const view = views[state.view];
      const { a, b, at, level } = place(state);
      const curve = view.values[at];
      const above = Math.abs(level - curve) < 1e-4 ? 0 : level - curve;
      return {
        head: [`at ${data.xlabel} = ${short(x[at])}`, "height"],
        rows: [[view, view.title, say(curve)], [data.chord, "chord", say(level)], [null, "chord minus curve", say(above)]],
        text: `${view.title}: at ${data.xlabel} = ${say(x[at])} the curve is at ${say(curve)}, the chord from ${say(x[a])} to ${say(x[b])} at ${say(level)}.`,
      };
    },
  };
}

// -- a descent over a landscape ----------------------------------------------------------------

function descent(data) {
  const views = data.views.map((view) => ({
    ...view,
    values: rowsOf(unpack(view.paths), 4), // weights, loss and slope, by step size and step
    contours: view.contours.map((flat) => [0, 1].map((k) => flat.filter((_, i) => i % 2 === k))),
    steps: Array.from({ length: view.count + 1 }, (_, k) => k),
  }));
  /** The path up to the step, or to the last one that is not beyond all bounds. */
  const walk = ({ view, rate, step }) => {
    const { values, steps } = views[view];
    const all = values.slice(rate * steps.length, rate * steps.length + step + 1);
    while (all.length > 1 && Number.isNaN(all.at(-1)[2])) all.pop();
    return all;
  };
  return {
    plot: {
      label: "Lines of equal loss and the path of gradient descent",
      xlabel: data.labels[0],
      ylabel: data.labels[1],
      xlim: [0, 1],
      ratio: 0.62,
    },
    picks: [{ label: "Landscape", key: "view", options: titles(views) }],
    sliders: [
      { name: "step size", key: "rate", values: ({ view }) => views[view].rates },
      { name: "steps", key: "step", values: ({ view }) => views[view].steps },
    ],
    read(next) {
      const title = next.view ?? data.state.view;
      const view = views.findIndex((each) => each.title === title);
      const { rates, steps } = views[view];
      const usual = title === data.state.view ? data.state.rate : rates[0];
      return { view, rate: nearest(rates, next.rate ?? usual), step: nearest(steps, next.step ?? data.state.step) };
    },
    picked: (view, { step }) => ({ rate: 0, step: Math.min(step, views[view].count) }),
    axes: ({ view }) => ({ xlim: views[view].xlim, ylim: views[view].ylim }),
    marks(plot, state) {
      const way = data.path;
      const points = walk(state);
      return [[
        ...views[state.view].contours.map(([xs, ys]) => plot.curve(xs, ys, null, "ex-contour")),
        plot.curve(points.map((p) => p[0]), points.map((p) => p[1]), way),
        ...points.map((p, k) => plot.dot(p[0], p[1], way, k === points.length - 1 ? 6 : 3)),
      ]];
    },
    table(state) {
      const view = views[state.view];
      const points = walk(state);
      const [begin, now] = [points[0], points.at(-1)].map((row) => Array.from(row, say));
      const k = points.length - 1;
      return {
        head: ["where", "start", `step ${k}`],
        rows: [...data.labels, "loss", "length of the gradient"].map((name, i) => [null, name, begin[i], now[i]]),
        text: `${view.title}, step size ${say(view.rates[state.rate])}, step ${k}: ${data.labels[0]} = ${now[0]}, ${data.labels[1]} = ${now[1]}, loss ${now[2]}, gradient ${now[3]}.`,
      };
    },
  };
}

// -- two boxes ---------------------------------------------------------------------------------

function boxes(data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const numbers = unpack(data.numbers);
  /** Value and slopes by x1, y1, x2, y2 of one loss at a place. */
  const at = ({ size, x, y }, k) => {
    const begin = 5 * (((size * gy.length + y) * gx.length + x) * data.losses.length + k);
    return numbers.subarray(begin, begin + 5);
  };
  const times = ([w, h]) => `${short(w)} \u00d7 ${short(h)}`;

  /** From an edge along an axis; its length is twice the root of the pull, in units of the plot. */
  function arrow(plot, way, x, y, pull, upright) {
    const reach = 2 * Math.sign(pull) * Math.sqrt(Math.abs(pull));
    const [a, b] = [plot.x(x), plot.y(y)];
    const [c, d] = upright ? [a, plot.y(y + reach)] : [plot.x(x + reach), b];
    const back = 7 * Math.sign(upright ? d - b : c - a);
    if (Math.hypot(c - a, d - b) < 2) return [];
    const head = upright ? `M${c - 5},${d - back}L${c},${d}L${c + 5},${d - back}` : `M${c - back},${d - 5}L${c},${d}L${c - back},${d + 5}`;
    return [want("path", { class: "ex-line", d: `M${a},${b}L${c},${d}${head}` }, way)];
  }

  return {
    plot: {
      label: "A true box, a predicted box, and the pull of a loss on its edges",
      xlabel: "x",
      ylabel: "y",
      xlim: [-7.5, 7.5],
      ylim: [-4.3, 4.3],
      ratio: 0.62,
    },
    picks: [
      { label: "Predicted box", key: "size", options: data.sizes.map(times) },
      { label: "Arrows of", key: "loss", options: names(data.losses) },
    ],
    sliders: [{ name: "centre x", key: "x", values: gx }, { name: "centre y", key: "y", values: gy }],
    handle: { name: "Predicted box", far: 4 },
    read: ([size, y, x, loss]) => ({ size, y, x, loss }),
    drag: ([x, y]) => ({ x: nearest(gx, x), y: nearest(gy, y) }),
    marks(plot, state) {
      const way = data.losses[state.loss];
      const [w, h] = data.sizes[state.size];
      const [tw, th] = data.true;
      const [x, y] = [gx[state.x], gy[state.y]];
      const [x1, y1, x2, y2] = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      const frame = (name, of, ...c) =>
        want("path", { class: name, d: `M${plot.x(c[0])},${plot.y(c[1])}H${plot.x(c[2])}V${plot.y(c[3])}H${plot.x(c[0])}Z` }, of);
      const slopes = at(state, state.loss);
      return [[
        frame("ex-box-true", null, -tw / 2, -th / 2, tw / 2, th / 2),
        frame("ex-line ex-box-pred", way, x1, y1, x2, y2),
        ...arrow(plot, way, x1, y, -slopes[1], false), ...arrow(plot, way, x, y1, -slopes[2], true),
        ...arrow(plot, way, x2, y, -slopes[3], false), ...arrow(plot, way, x, y2, -slopes[4], true),
      ]];
    },
    table(state) {
      const rows = data.losses.map((loss, k) => {
        const n = at(state, k);
        return [loss, loss.short, say(n[0]), say(-n[1] - n[3]), say(-n[2] - n[4])];
      });
      const said = rows.map(([loss, , value, x, y]) => `${loss.title}: ${value}, pull (${x}, ${y})`);
      return {
        head: ["at this place", "loss", "pull along x", "along y"],
        rows,
        text: `Predicted box of ${times(data.sizes[state.size])} at (${say(gx[state.x])}, ${say(gy[state.y])}). ${said.join("; ")}.`,
      };
    },
  };
}

// -- a triplet in the plane ----------------------------------------------------------------------

function triplet(data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const numbers = unpack(data.numbers);
  const ways = ["plain", "squared"];
  /** Value and slopes by anchor, positive and negative, with plain or with squared distances. */
  const at = ({ margin, x, y }, k) => {
    const begin = 7 * (((margin * gy.length + y) * gx.length + x) * 2 + k);
    return numbers.subarray(begin, begin + 7);
  };
  const step = (n, k) => `(${say(-n[1 + 2 * k])}, ${say(-n[2 + 2 * k])})`;

  /** From a point; its length is six tenths of the root of the step, in units of the plot. */
  function arrow(plot, way, [x, y], dx, dy) {
    const size = Math.hypot(dx, dy);
    if (size < 1e-9) return [];
    const reach = 0.6 / Math.sqrt(size);
    const [a, b, c, d] = [plot.x(x), plot.y(y), plot.x(x + reach * dx), plot.y(y + reach * dy)];
    const [ux, uy] = [(c - a) / Math.hypot(c - a, d - b), (d - b) / Math.hypot(c - a, d - b)];
    const barb = (side) => `${c - 8 * ux + 5 * side * uy},${d - 8 * uy - 5 * side * ux}`;
    return [want("path", { class: "ex-line", d: `M${a},${b}L${c},${d}M${barb(1)}L${c},${d}L${barb(-1)}` }, way)];
  }

  return {
    plot: {
      label: "An anchor, a positive, a negative, and the step of each",
      xlabel: "x",
      ylabel: "y",
      xlim: [-2.3, 2.3],
      ylim: [-1.3, 1.3],
      ratio: 0.9,
    },
    picks: [
      { label: "Margin", key: "margin", options: data.margins.map(short) },
      { label: "Arrows of", key: "way", options: ways },
    ],
    sliders: [{ name: "negative x", key: "x", values: gx }, { name: "negative y", key: "y", values: gy }],
    handle: { name: "Negative", far: 4 },
    read: ([margin, y, x, way]) => ({ margin, y, x, way }),
    drag: ([x, y]) => ({ x: nearest(gx, x), y: nearest(gy, y) }),
    marks(plot, state) {
      // One unit is as long upwards as sideways, and the ring of the margin 0.5 is in view.
      const wide = Math.max(2.3, (1.65 * plot.w) / plot.h);
      const high = (wide * plot.h) / plot.w;
      if (plot.xlim[1] !== wide || plot.ylim[1] !== high) plot.turn({ xlim: [-wide, wide], ylim: [-high, high] });
      const slopes = at(state, state.way);
      const places = [[0, 0], [1, 0], [gx[state.x], gy[state.y]]];
      const circle = (radius, name) => want("circle", { class: name, cx: plot.x(0), cy: plot.y(0), r: plot.x(radius) - plot.x(0) });
      const label = ([x, y], k) => want("text", {
        class: "ex-label", x: plot.x(x) + [-9, 9, 11][k], y: plot.y(y) + [18, 18, -9][k], "text-anchor": k ? "start" : "end",
      }, data.three[k], data.three[k].short);
      return [[
        circle(1, "ex-axis"), circle(data.rings[state.margin][state.way], "ex-axis ex-dashed"),
        ...places.flatMap((place, k) => arrow(plot, data.three[k], place, -slopes[1 + 2 * k], -slopes[2 + 2 * k])),
        ...places.map(([x, y], k) => want("circle", { class: "ex-dot", cx: plot.x(x), cy: plot.y(y), r: 6 }, data.three[k])),
        ...places.map(label),
      ]];
    },
    table(state) {
      const both = ways.map((_, k) => at(state, k));
      const margin = data.margins[state.margin];
      const kind = (value) => (value === 0 ? "easy" : value >= margin * (1 - 2 ** -14) ? "hard" : "semi-hard");
      const said = data.three.map((each, k) => `step of the ${each.short} ${step(both[state.way], k)}`);
      return {
        head: ["distances", ...ways],
        rows: [
          [null, "loss", ...both.map((n) => say(n[0]))],
          [null, "the negative is", ...both.map((n) => kind(n[0]))],
          ...data.three.map((each, k) => [each, `step of the ${each.short}`, ...both.map((n) => step(n, k))]),
        ],
        text: `Negative at (${say(gx[state.x])}, ${say(gy[state.y])}), margin ${short(margin)}, ${ways[state.way]} distances. Loss ${say(both[state.way][0])}; ${said.join("; ")}.`,
      };
    },
  };
}

// -- loss and gradient over the error: two plots, and sliders that come and go -------------------

function curves(root, data, host) {
  const e = line(data.e);
  const slugs = Object.keys(data.losses);
  const tables = {};
  for (const slug of slugs) {
    const { rows, even } = data.losses[slug];
    tables[slug] = rowsOf(unpack(rows), even ? (e.length + 1) / 2 : e.length);
  }
  let state;
  const shown = () => [...new Set([state.loss, state.compare])].filter(Boolean);

  /** The curve with its kinks put in; the gradient is cut in two at each. */
  function broken(curve, kinks, panel) {
    let [xs, ys] = [e, Array.from(curve)];
    for (const [kink, value, left, right] of kinks) {
      const keep = xs.map((v) => Math.abs(v - kink) > 1e-9);
      [xs, ys] = [xs.filter((_, i) => keep[i]), ys.filter((_, i) => keep[i])];
      const found = xs.findIndex((v) => v > kink);
      const at = found < 0 ? xs.length : found;
      const [px, py] = panel ? [[kink, kink, kink], [left, NaN, right]] : [[kink], [value]];
      xs = [...xs.slice(0, at), ...px, ...xs.slice(at)];
      ys = [...ys.slice(0, at), ...py, ...ys.slice(at)];
    }
    return [xs, ys];
  }

  const known = new Map(); // by slug and parameters
  const keep = (slug, values, pair, kinks) =>
    known.set(slug + JSON.stringify(values), { pair, kinks, drawn: pair.map((ys, panel) => broken(ys, kinks, panel)) });

  /** Loss and gradient on e for the current parameters, and what is drawn of them. */
  function row(slug) {
    const loss = data.losses[slug];
    const values = state.params[slug];
    const key = slug + JSON.stringify(values);
    if (!known.has(key)) {
      const index = loss.params.reduce((k, p, i) => k * p.values.length + nearest(p.values, values[i]), 0);
      let pair = tables[slug].slice(2 * index, 2 * index + 2);
      if (loss.even) pair = pair.map((right, k) => [...Array.from(right.subarray(1), (v) => (k ? -v : v)).reverse(), ...right]);
      keep(slug, values, pair, loss.kinks[index]);
    }
    return known.get(key);
  }

  const plots = ["Loss", "Gradient: the pull on the prediction"].map((title, panel) =>
    new Plot({
      label: panel ? "Gradient as a function of the error" : "Loss as a function of the error",
      title,
      xlabel: "error e = prediction \u2212 truth",
      xlim: [e[0], e.at(-1)],
      ratio: 0.72,
      names: names(Object.values(data.losses)),
      paint: (plot) => paint(plot, panel),
    }));

  function paint(plot, panel) {
    const inside = [plot.probe(e[state.at])];
    const labels = [];
    // The loss of the page is drawn last, on top.
    for (const slug of shown().reverse()) {
      const way = data.losses[slug];
      const { pair, kinks, drawn } = row(slug);
      const [xs, ys] = drawn[panel];
      inside.push(plot.curve(xs, ys, way));
      for (const [kink, value, left, right] of kinks) {
        for (const v of panel ? [left, right] : [value]) inside.push(plot.circle(kink, v, 4, "ex-kink", way));
      }
      const here = pair[panel][state.at];
      if (!Number.isNaN(here)) inside.push(plot.dot(e[state.at], here, way));
      const [lo, hi] = plot.ylim;
      const at = Math.max(0, ys.findLastIndex((v) => v >= lo && v <= hi));
      labels.push({ way, x: plot.x(xs[at]), y: plot.y(ys[at]), right: at === xs.length - 1 });
    }
    // At the right end of its line; where the line leaves through the top, at that place.
    const right = labels.filter((l) => l.right);
    const places = plot.apart(right.map((l) => l.y));
    right.forEach((l, i) => Object.assign(l, { x: plot.left + plot.w + 6, y: places[i], anchor: "start" }));
    labels.filter((l) => !l.right).forEach((l, i) => Object.assign(l, { x: l.x - 7, y: plot.top + 10 + 17 * i, anchor: "end" }));
    return [inside, labels.map((l) => plot.name(l.way, l.x, l.y, l.anchor))];
  }

  // Limits depend on the pair and not on the parameters, or a slider would move the axes.
  function limits() {
    const [top, steep] = [0, 1].map((k) => {
      const values = shown().map((slug) => data.limits[slug][k]);
      return 1.08 * Math.min(Math.max(...values), 2.4 * Math.min(...values));
    });
    plots[0].turn({ ylim: [0, top] });
    plots[1].turn({ ylim: [-steep, steep] });
  }

  const table = html("table", { class: "values" });
  const controls = html("div", { class: "ex-controls" });
  const redraw = oncePerFrame(draw);
  const go = (next) => {
    Object.assign(state, next);
    redraw();
  };
  const probe = slider("error e", (at) => go({ at }));
  const all = slugs.map((slug) => [slug, data.losses[slug].title]);
  const pickers = [["loss", "Loss", all], ["compare", "Compare with", [["", "nothing"], ...all]]].map(([key, label, options]) => {
    const made = picker(label, options, (slug) => go({ [key]: slug || null }));
    made.select.name = key;
    return { ...made, key };
  });

  const bars = {};
  for (const slug of slugs) {
    const loss = data.losses[slug];
    bars[slug] = loss.params.map((param, i) => {
      const change = (value) => go({ params: { ...state.params, [slug]: state.params[slug].with(i, value) } });
      const typed = host.request && ((value) => {
        if (param.lo !== null && value < param.lo) return;
        if (param.hi !== null && value > param.hi) return;
        if (param.values.includes(value)) return change(value);
        const next = state.params[slug].with(i, value);
        host.request(slug, Object.fromEntries(loss.params.map((p, k) => [p.name, next[k]]))).then((answer) => {
          keep(slug, next, rowsOf(unpack(answer.row), e.length), answer.kinks);
          change(value);
        });
      });
      const bar = slider(`${param.symbol} of ${loss.short}`, (k) => change(param.values[k]), typed);
      tint(bar.box, loss);
      return { ...bar, show: () => bar.set(nearest(param.values, state.params[slug][i]), state.params[slug][i], param.values.length) };
    });
  }

  function draw() {
    limits();
    const seen = shown().flatMap((slug) => bars[slug]);
    for (const { select, key } of pickers) select.value = state[key] ?? "";
    for (const bar of seen) bar.show();
    probe.set(state.at, e[state.at], e.length);
    const held = controls.contains(document.activeElement);
    arrange(controls, [...(slugs.length > 2 ? pickers : []), ...seen, probe].map((each) => each.box));
    if (held && !controls.contains(document.activeElement)) probe.input.focus(); // its slider is gone
    for (const plot of plots) plot.draw();
    const said = [];
    const rows = shown().map((slug) => {
      const loss = data.losses[slug];
      const [value, slope] = row(slug).pair.map((ys) => say(ys[state.at]));
      const params = loss.params.map((p, i) => `${p.symbol} = ${short(state.params[slug][i])}`).join(", ");
      said.push(`${loss.title}${params && ` (${params})`}: loss ${value}, gradient ${slope}`);
      return [loss, loss.title, value, slope];
    });
    tabulate(table, [`at e = ${short(e[state.at])}`, "loss", "gradient"], rows);
    speak(`At error e = ${say(e[state.at])}. ${said.join("; ")}.`);
  }

  function read(next) {
    const full = { ...data.state, ...next };
    const params = {};
    for (const slug of slugs) params[slug] = data.losses[slug].params.map((p) => full[p.name] ?? p.default);
    return { loss: full.loss, compare: full.compare, at: nearest(e, full.e), params };
  }

  const set = (next) => go(read(next));
  state = read({});
  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  for (const plot of plots) plot.drag((event) => go({ at: nearest(e, plot.at(event)[0]) }));
  root.append(html("div", { class: "ex-panels" }, ...plots.map((plot) => plot.box)), table, controls, buttons, spoken);
  draw();
  for (const plot of plots) plot.watch();
}

// -- hosts -------------------------------------------------------------------------------------

const KINDS = { outlier, paths, digits, family, constant, chord, descent, knobs, boxes, triplet };

if (globalThis.customElements && !customElements.get("loss-explorer")) {
  customElements.define("loss-explorer", class extends HTMLElement {
    connectedCallback() {
      if (this.live) return; // moved in the page
      const data = JSON.parse(this.querySelector(":scope > script").textContent);
      this.live = html("div", { class: "ex-live" });
      this.append(this.live);
      if (data.kind === "curves") curves(this.live, data, this.host ?? {});
      else figure(this.live, data, KINDS[data.kind](data));
      this.classList.add("ready");
    }
  });
}

export default {
  /** anywidget: the same element, with a kernel to ask for curves that are not on the grid. */
  render({ model, el }) {
    const box = document.createElement("div");
    box.innerHTML = model.get("html");
    const element = box.firstElementChild;
    const waiting = new Map();
    let id = 0;
    model.on("msg:custom", (message) => {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    });
    element.host = {
      request: (slug, params) =>
        new Promise((resolve) => {
          waiting.set(++id, resolve);
          model.send({ id, slug, params });
        }),
    };
    el.append(element);
  },
};
