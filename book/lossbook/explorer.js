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

/** 24-bit floats in three byte planes, as lossbook.explore.pack writes them. */
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const n = bytes.length / 3;
  const bits = new Uint32Array(n);
  for (let i = 0; i < n; i++) bits[i] = (bytes[i] << 24) | (bytes[n + i] << 16) | (bytes[2 * n + i] << 8);
  return new Float32Array(bits.buffer);
}

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
  constructor({ label, title = "", xlabel, ylabel = "", xlim, ylim, ratio, right = 16, paint }) {
    Object.assign(this, { title, xlabel, ylabel, xlim, ylim, ratio, right, paint, serial: ++serial });
    this.axes = svg("g", { "aria-hidden": "true" });
    this.inside = svg("g", { "clip-path": `url(#ex-clip-${this.serial})` });
    this.outside = svg("g");
    this.hole = svg("rect");
    this.node = svg("svg", { role: "group", "aria-label": label },
      svg("clipPath", { id: `ex-clip-${this.serial}` }, this.hole), this.axes, this.inside, this.outside);
    this.box = html("div", { class: "ex-plot" }, this.node);
    this.width = 0;
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
    this.paint();
  }

  rescale() {
    const top = this.title ? 30 : 12;
    Object.assign(this, { left: 44, top, bottom: 42 });
    const [w, h] = [this.width - this.left - this.right, this.height - top - this.bottom];
    Object.assign(this, { w, h });
    for (const [key, value] of Object.entries({ x: this.left, y: top, width: w, height: h })) {
      this.hole.setAttribute(key, value);
    }
    const floor = top + h;
    const parts = [svg("path", { class: "ex-axis", d: `M${this.left},${top}V${floor}H${this.left + w}` })];
    for (const v of ticks(...this.xlim, clamp(w / 55, 3, 10))) {
      parts.push(svg("path", { class: "ex-axis", d: `M${this.x(v)},${floor}v4` }),
        svg("text", { class: "ex-tick", x: this.x(v), y: floor + 17, "text-anchor": "middle" }, short(v)));
    }
    for (const v of ticks(...this.ylim, clamp(h / 40, 3, 7))) {
      parts.push(svg("path", { class: "ex-axis", d: `M${this.left},${this.y(v)}h-4` }),
        svg("text", { class: "ex-tick", x: this.left - 7, y: this.y(v) + 4, "text-anchor": "end" }, short(v)));
    }
    if (this.ylim[0] < 0 && this.ylim[1] > 0 && this.title) {
      parts.push(svg("path", { class: "ex-zero", d: `M${this.left},${this.y(0)}h${w}` }));
    }
    if (this.title) parts.push(svg("text", { class: "ex-title", x: 2, y: 15 }, this.title));
    parts.push(svg("text", { class: "ex-name", x: this.left + w / 2, y: this.height - 4, "text-anchor": "middle" }, this.xlabel));
    if (this.ylabel) parts.push(svg("text", { class: "ex-name", transform: `translate(11 ${top + h / 2}) rotate(-90)`, "text-anchor": "middle" }, this.ylabel));
    this.axes.replaceChildren(...parts);
  }

  x(v) {
    return +(this.left + ((v - this.xlim[0]) / (this.xlim[1] - this.xlim[0])) * this.w).toFixed(2);
  }

  y(v) {
    const px = this.top + this.h - ((v - this.ylim[0]) / (this.ylim[1] - this.ylim[0])) * this.h;
    return +clamp(px, -9999, 9999).toFixed(2);
  }

  /** The data coordinates under a pointer. */
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

  path(xs, ys) {
    let d = "";
    let pen = "M";
    for (let i = 0; i < xs.length; i++) {
      if (Number.isNaN(ys[i])) {
        pen = "M";
        continue;
      }
      d += `${pen}${this.x(xs[i])},${this.y(ys[i])}`;
      pen = "L";
    }
    return d;
  }
}

/** A native slider over the indices of a grid, with its value as a number beside its name. */
function slider(name, values, onmove, number) {
  // Not an <output>: that could itself be what the label labels.
  const output = html("span", { class: "ex-value" });
  const input = html("input", { type: "range", min: 0, max: values.length - 1, step: 1 });
  input.addEventListener("input", () => onmove(Number(input.value)));
  const box = html("div", { class: "ex-slider" }, html("label", {}, html("span", {}, `${name} = `, output), input));
  let typed;
  if (number) {
    typed = html("input", { type: "number", step: "any", "aria-label": `${name}, any value` });
    typed.addEventListener("change", () => typed.value !== "" && number(Number(typed.value)));
    box.append(typed);
  }
  const set = (index, value) => {
    const text = short(value ?? values[index]);
    input.value = index;
    input.setAttribute("aria-valuetext", text);
    output.textContent = text;
    if (typed) typed.value = value ?? values[index];
  };
  return { box, set };
}

/** What both explorers share: buttons, reset by key, and a summary that is spoken when it rests. */
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

// -- loss and gradient over the error --------------------------------------------------------

function curves(root, data, host) {
  const e = line(data.e);
  const tables = {};
  for (const [slug, loss] of Object.entries(data.losses)) tables[slug] = unpack(loss.rows);
  const extra = new Map(); // rows that the kernel computed
  const slugs = Object.keys(data.losses);
  const shown = () => [...new Set([state.loss, state.compare])].filter(Boolean);
  let state;

  /** Loss and gradient on e for the current parameters, with what the kinks need. */
  function row(slug) {
    const loss = data.losses[slug];
    const values = state.params[slug];
    const known = extra.get(slug + JSON.stringify(values));
    if (known) return known;
    const index = loss.params.reduce((k, p, i) => k * p.values.length + nearest(p.values, values[i]), 0);
    const size = loss.even ? (e.length + 1) / 2 : e.length;
    const half = (k) => {
      const begin = (2 * index + k) * size;
      return tables[slug].subarray(begin, begin + size);
    };
    const parts = loss.even
      ? [0, 1].map((k) => {
          const right = half(k);
          const left = Array.from(right.subarray(1), (v) => (k ? -v : v)).reverse();
          return [...left, ...right];
        })
      : [half(0), half(1)];
    return { loss: parts[0], grad: parts[1], kinks: loss.kinks[index] };
  }

  /** The curve with its kinks put in; the gradient is cut in two at each. */
  function broken(curve, panel) {
    let [xs, ys] = [e, Array.from(panel ? curve.grad : curve.loss)];
    for (const [kink, value, left, right] of curve.kinks) {
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

  const margin = 14 + 7.4 * Math.max(...slugs.map((slug) => data.losses[slug].short.length));
  const plots = ["Loss", "Gradient: the pull on the prediction"].map((title, panel) =>
    new Plot({
      label: panel ? "Gradient as a function of the error" : "Loss as a function of the error",
      title,
      xlabel: "error e = prediction \u2212 truth",
      xlim: [e[0], e.at(-1)],
      ylim: [0, 1],
      ratio: 0.72,
      right: margin,
      paint: () => paint(panel),
    }));

  function paint(panel) {
    const plot = plots[panel];
    if (!plot.width) return;
    const inside = [svg("path", { class: "ex-probe", d: `M${plot.x(e[state.at])},${plot.top}v${plot.h}` })];
    const labels = [];
    // The loss of the page is drawn last, on top.
    for (const slug of shown().reverse()) {
      const loss = data.losses[slug];
      const curve = row(slug);
      const [xs, ys] = broken(curve, panel);
      inside.push(tint(svg("path", { class: "ex-line", d: plot.path(xs, ys) }), loss));
      for (const [kink, value, left, right] of curve.kinks) {
        for (const v of panel ? [left, right] : [value]) {
          inside.push(tint(svg("circle", { class: "ex-kink", cx: plot.x(kink), cy: plot.y(v), r: 4 }), loss));
        }
      }
      const here = (panel ? curve.grad : curve.loss)[state.at];
      if (!Number.isNaN(here)) {
        inside.push(tint(svg("circle", { class: "ex-dot", cx: plot.x(e[state.at]), cy: plot.y(here), r: 5 }), loss));
      }
      labels.push({ loss, ...end(xs, ys, plot) });
    }
    plot.inside.replaceChildren(...inside);
    // At the right end of its line; where the line leaves through the top, at that place.
    const right = labels.filter((l) => l.right);
    const places = spread(right.map((l) => l.y), 16, plot.top + 4, plot.top + plot.h);
    right.forEach((l, i) => (l.y = places[i]));
    labels.filter((l) => !l.right).forEach((l, i) => (l.y = plot.top + 10 + 17 * i));
    plot.outside.replaceChildren(...labels.map((l) =>
      tint(svg("text", { class: "ex-label", x: l.right ? plot.left + plot.w + 6 : l.x - 7, y: l.y + 4, "text-anchor": l.right ? "start" : "end" }, l.loss.short), l.loss)));
  }

  function end(xs, ys, plot) {
    const [lo, hi] = plot.ylim;
    let i = xs.length - 1;
    while (i > 0 && !(ys[i] >= lo && ys[i] <= hi)) i--;
    return { x: plot.x(xs[i]), y: plot.y(ys[i]), right: i === xs.length - 1 };
  }

  // Limits depend on the pair and not on the parameters, or a slider would move the axes.
  function limits() {
    const all = shown().map((slug) => data.limits[slug]);
    const [top, steep] = [0, 1].map((k) => {
      const values = all.map((v) => v[k]);
      return 1.08 * Math.min(Math.max(...values), 2.4 * Math.min(...values));
    });
    plots[0].ylim = [0, top];
    plots[1].ylim = [-steep, steep];
    for (const plot of plots) if (plot.width) plot.rescale();
  }

  const table = html("table", { class: "values" });
  const controls = html("div", { class: "ex-controls" });
  const probe = slider("error e", e, (i) => {
    state.at = i;
    draw();
  });
  let sliders = [];

  function picker(which, label) {
    const select = html("select");
    if (which === "compare") select.append(html("option", { value: "" }, "nothing"));
    for (const slug of slugs) select.append(html("option", { value: slug }, data.losses[slug].title));
    select.value = state[which] ?? "";
    select.addEventListener("change", () => {
      state[which] = select.value || null;
      build();
      controls.querySelector(`select[name=${which}]`).focus();
    });
    select.name = which;
    return html("label", { class: "ex-pick" }, `${label} `, select);
  }

  function build() {
    limits();
    sliders = [];
    controls.replaceChildren();
    if (slugs.length > 2) controls.append(picker("loss", "Loss"), picker("compare", "Compare with"));
    for (const slug of shown()) {
      const loss = data.losses[slug];
      loss.params.forEach((param, i) => {
        const change = (value) => {
          state.params[slug] = state.params[slug].with(i, value);
          draw();
        };
        const typed = host.request && ((value) => {
          if (param.lo !== null && value < param.lo) return;
          if (param.hi !== null && value > param.hi) return;
          if (param.values.includes(value)) return change(value);
          const next = state.params[slug].with(i, value);
          host.request(slug, Object.fromEntries(loss.params.map((p, k) => [p.name, next[k]]))).then((answer) => {
            const packed = unpack(answer.row);
            extra.set(slug + JSON.stringify(next), { loss: packed.subarray(0, e.length), grad: packed.subarray(e.length), kinks: answer.kinks });
            change(value);
          });
        });
        const s = slider(`${param.symbol} of ${loss.short}`, param.values, (k) => change(param.values[k]), typed);
        tint(s.box, loss);
        sliders.push(() => {
          const value = state.params[slug][i];
          const k = nearest(param.values, value);
          s.set(k, param.values[k] === value ? undefined : value);
        });
        controls.append(s.box);
      });
    }
    controls.append(probe.box);
    draw();
  }

  function draw() {
    for (const update of sliders) update();
    probe.set(state.at, e[state.at]);
    paint(0);
    paint(1);
    const said = [];
    const rows = shown().map((slug) => {
      const loss = data.losses[slug];
      const { loss: value, grad } = row(slug);
      const params = loss.params.map((p, i) => `${p.symbol} = ${short(state.params[slug][i])}`).join(", ");
      said.push(`${loss.title}${params && ` (${params})`}: loss ${say(value[state.at])}, gradient ${say(grad[state.at])}`);
      return html("tr", {},
        html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), loss), loss.title),
        html("td", {}, say(value[state.at])), html("td", {}, say(grad[state.at])));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at e = ${short(e[state.at])}`),
        html("th", { scope: "col" }, "loss"), html("th", { scope: "col" }, "gradient"))),
      html("tbody", {}, ...rows));
    speak(`At error e = ${say(e[state.at])}. ${said.join("; ")}.`);
  }

  function initial() {
    const first = data.state;
    const params = {};
    for (const slug of slugs) params[slug] = data.losses[slug].params.map((p) => first[p.name] ?? p.default);
    return { loss: first.loss, compare: first.compare, at: nearest(e, first.e), params };
  }

  function set(next) {
    state = initial();
    for (const key of ["loss", "compare"]) if (key in next) state[key] = next[key];
    if ("e" in next) state.at = nearest(e, next.e);
    for (const slug of slugs) {
      data.losses[slug].params.forEach((p, i) => {
        if (p.name in next) state.params[slug][i] = next[p.name];
      });
    }
    build();
  }

  state = initial();
  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  for (const plot of plots) {
    plot.drag((event) => {
      state.at = nearest(e, plot.at(event)[0]);
      draw();
    });
  }
  root.append(html("div", { class: "ex-panels" }, ...plots.map((plot) => plot.box)), table, controls, buttons, spoken);
  build();
  for (const plot of plots) plot.watch();
}

// -- one outlier and every line ----------------------------------------------------------------

function outlier(root, data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const fits = unpack(data.lines);
  const count = data.losses.length;
  let [ix, iy] = data.at;
  const fit = (k) => {
    const at = 2 * ((iy * gx.length + ix) * count + k);
    return [fits[at], fits[at + 1]];
  };
  const margin = 14 + 7.4 * Math.max(...data.losses.map((loss) => loss.short.length));
  const ends = [gx[0], gx.at(-1)];
  const plot = new Plot({
    label: "Points, one outlier, and the line of every loss",
    xlabel: data.xlabel,
    ylabel: data.ylabel,
    xlim: ends,
    ylim: [gy[0], gy.at(-1)],
    ratio: 0.62,
    right: margin,
    paint: () => {
      points.replaceChildren(...data.x.map((x, i) => svg("circle", { class: "ex-point", cx: plot.x(x), cy: plot.y(data.y[i]), r: 3.5 })));
      paint();
    },
  });
  plot.node.classList.add("ex-plane");
  const points = svg("g", { "aria-hidden": "true" });
  const paths = data.losses.map((loss) => tint(svg("path", { class: "ex-line" }), loss));
  const labels = data.losses.map((loss) => tint(svg("text", { class: "ex-label" }, loss.short), loss));
  const handle = svg("g", { class: "ex-handle", tabindex: 0, role: "slider", "aria-label": "Outlier; arrow keys move it", "aria-valuemin": gy[0], "aria-valuemax": gy.at(-1) },
    svg("circle", { class: "ex-reach", r: 22 }), svg("circle", { class: "ex-ring", r: 8 }));
  plot.inside.append(points, ...paths);
  plot.outside.append(...labels, handle);

  function paint() {
    if (!plot.width) return;
    const wanted = [];
    data.losses.forEach((_, k) => {
      const [slope, height] = fit(k);
      paths[k].setAttribute("d", plot.path(ends, ends.map((x) => slope * x + height)));
      wanted.push(plot.y(slope * ends[1] + height));
    });
    const places = spread(wanted, 16, plot.top + 4, plot.top + plot.h);
    labels.forEach((label, k) => {
      label.setAttribute("x", plot.left + plot.w + 6);
      label.setAttribute("y", places[k] + 4);
    });
    handle.setAttribute("transform", `translate(${plot.x(gx[ix])} ${plot.y(gy[iy])})`);
  }

  const across = slider("outlier x", gx, (i) => move(i, iy));
  const up = slider("outlier y", gy, (i) => move(ix, i));
  const table = html("table", { class: "values" });

  function move(i, j) {
    [ix, iy] = [clamp(i, 0, gx.length - 1), clamp(j, 0, gy.length - 1)];
    draw();
  }

  function draw() {
    across.set(ix, gx[ix]);
    up.set(iy, gy[iy]);
    paint();
    const said = [];
    const rows = data.losses.map((loss, k) => {
      const [now, before] = [fit(k)[0], loss.without[0]];
      const [a, b] = [minus(now.toFixed(2)), minus(before.toFixed(2))];
      said.push(`${loss.name}: slope ${a}, ${b} without it`);
      return html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), loss), loss.name),
        html("td", {}, a), html("td", {}, b));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `outlier at (${short(gx[ix])}, ${short(gy[iy])})`),
        html("th", { scope: "col" }, "slope"), html("th", { scope: "col" }, "without it"))),
      html("tbody", {}, ...rows));
    handle.setAttribute("aria-valuenow", gy[iy]);
    handle.setAttribute("aria-valuetext", `x ${short(gx[ix])}, y ${short(gy[iy])}`);
    speak(`Outlier at ${data.xlabel} = ${say(gx[ix])}, ${data.ylabel} = ${say(gy[iy])}. ${said.join("; ")}.`);
  }

  const set = (at) => move(...at);
  const { row: buttons, spoken, speak } = shell(root, {
    tries: data.tries.map(({ label, at }) => ({ label, state: at })),
    set,
    reset: () => set(data.at),
  });
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 : 1;
    move(ix + far * by[0], iy + far * by[1]);
  });
  plot.drag((event) => {
    event.preventDefault();
    const [x, y] = plot.at(event);
    move(nearest(gx, x), nearest(gy, y));
  });
  root.append(plot.box, table, html("div", { class: "ex-controls" }, across.box, up.box), buttons, spoken);
  draw();
  plot.watch();
}

// -- several numbers read off at one place -----------------------------------------------------

function paths(root, data) {
  const views = data.views.map((view) => ({ ...view, values: view.ways.map((way) => unpack(way.values)) }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const read = (next) => ({ view: find(next.view), at: nearest(data.at, next.at) });
  let state = read(data.state);
  const margin = 14 + 7.4 * Math.max(...views.flatMap((view) => view.ways.map((way) => way.short.length)));
  const plot = new Plot({
    label: `${data.ylabel} over ${data.axis}`,
    xlabel: data.axis,
    ylabel: data.ylabel,
    xlim: [data.at[0], data.at.at(-1)],
    ylim: views[state.view].ylim,
    ratio: 0.5,
    right: margin,
    paint: () => paint(),
  });

  function paint() {
    if (!plot.width) return;
    const { ways, values } = views[state.view];
    const x = plot.x(data.at[state.at]);
    const inside = [svg("path", { class: "ex-probe", d: `M${x},${plot.top}v${plot.h}` })];
    ways.forEach((way, k) => inside.push(tint(svg("path", { class: "ex-line", d: plot.path(data.at, values[k]) }), way)));
    ways.forEach((way, k) => {
      if (Number.isNaN(values[k][state.at])) return;
      inside.push(tint(svg("circle", { class: "ex-dot", cx: x, cy: plot.y(values[k][state.at]), r: 5 }), way));
    });
    plot.inside.replaceChildren(...inside);
    const ends = values.map((row) => plot.y(row.findLast((v) => !Number.isNaN(v))));
    const places = spread(ends, 16, plot.top + 4, plot.top + plot.h);
    plot.outside.replaceChildren(...ways.map((way, k) =>
      tint(svg("text", { class: "ex-label", x: plot.left + plot.w + 6, y: places[k] + 4 }, way.short), way)));
  }

  const select = html("select", { onchange: () => set({ view: views[select.value].title, at: data.at[state.at] }) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const probe = slider(data.axis, data.at, (i) => {
    state.at = i;
    draw();
  });
  const table = html("table", { class: "values" });

  function draw() {
    select.value = state.view;
    probe.set(state.at, data.at[state.at]);
    paint();
    const { title, ways, values } = views[state.view];
    const place = `${data.name} = ${data.places[state.at]}`;
    const said = [];
    const rows = ways.map((way, k) => {
      const now = say(values[k][state.at]);
      said.push(`${way.short}: ${now}`);
      return html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), way), way.short),
        html("td", {}, now));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at ${place}`), html("th", { scope: "col" }, data.ylabel))),
      html("tbody", {}, ...rows));
    speak(`${title}, ${place}. ${said.join("; ")}.`);
  }

  function set(next) {
    state = read({ ...data.state, ...next });
    plot.ylim = views[state.view].ylim;
    if (plot.width) plot.rescale();
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  plot.drag((event) => {
    state.at = nearest(data.at, plot.at(event)[0]);
    draw();
  });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Show ", select));
  controls.append(probe.box);
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

// -- how many digits of a result are right -----------------------------------------------------

function digits(root, data) {
  const views = data.views.map((view) => ({ ...view, right: view.ways.map((way) => unpack(way.digits)) }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const initial = () => ({ view: find(data.state.view), at: nearest(data.at, data.state.at) });
  let state = initial();
  const margin = 14 + 7.4 * Math.max(...views.flatMap((view) => view.ways.map((way) => way.short.length)));
  const plot = new Plot({
    label: "Right digits as a function of the input",
    title: "Right digits",
    xlabel: data.axis,
    xlim: [data.at[0], data.at.at(-1)],
    ylim: [0, 17],
    ratio: 0.5,
    right: margin,
    paint: () => paint(),
  });

  function paint() {
    if (!plot.width) return;
    const { ways, right } = views[state.view];
    const inside = [svg("path", { class: "ex-probe", d: `M${plot.x(data.at[state.at])},${plot.top}v${plot.h}` })];
    ways.forEach((way, k) => inside.push(tint(svg("path", { class: "ex-line", d: plot.path(data.at, right[k]) }), way)));
    ways.forEach((way, k) => inside.push(tint(svg("circle", { class: "ex-dot", cx: plot.x(data.at[state.at]), cy: plot.y(right[k][state.at]), r: 5 }), way)));
    plot.inside.replaceChildren(...inside);
    const places = spread(right.map((values) => plot.y(values.at(-1))), 16, plot.top + 4, plot.top + plot.h);
    plot.outside.replaceChildren(...ways.map((way, k) =>
      tint(svg("text", { class: "ex-label", x: plot.left + plot.w + 6, y: places[k] + 4 }, way.short), way)));
  }

  const select = html("select", { onchange: () => set({ view: views[select.value].title, at: data.at[state.at] }) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const probe = slider(data.axis, data.at, (i) => {
    state.at = i;
    draw();
  });
  const table = html("table", { class: "values" });

  function draw() {
    select.value = state.view;
    probe.set(state.at, data.at[state.at]);
    paint();
    const { title, ways, right, exact } = views[state.view];
    const x = data.x[state.at];
    const said = [];
    const rows = ways.map((way, k) => {
      const count = right[k][state.at].toFixed(1);
      said.push(`${way.short}: ${way.values[state.at]}, ${count} digits right`);
      return html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), way), way.short),
        html("td", {}, way.values[state.at]), html("td", {}, count));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at x = ${x}`),
        html("th", { scope: "col" }, "result"), html("th", { scope: "col" }, "right digits"))),
      html("tbody", {}, ...rows, html("tr", {}, html("th", { scope: "row" }, "exact"), html("td", {}, exact[state.at]), html("td", {}, "all"))));
    speak(`${title} at x = ${x}. ${said.join("; ")}; exact: ${exact[state.at]}.`);
  }

  function set(next) {
    state = initial();
    if ("view" in next) state.view = find(next.view);
    if ("at" in next) state.at = nearest(data.at, next.at);
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  plot.drag((event) => {
    state.at = nearest(data.at, plot.at(event)[0]);
    draw();
  });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Quantity ", select));
  controls.append(probe.box);
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

// -- curves that change with one number --------------------------------------------------------

function family(root, data) {
  const xs = unpack(data.x);
  const views = data.views.map((view) => ({
    ...view,
    rows: view.ways.map((way) => unpack(way.rows)),
    numbers: view.ways.map((way) => unpack(way.numbers)),
  }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const initial = () => ({ view: find(data.state.view), at: nearest(data.values, data.state.at) });
  let state = initial();
  const margin = 14 + 7.4 * Math.max(...views.flatMap((view) => view.ways.map((way) => way.short.length)));
  const plot = new Plot({
    label: `${data.ylabel} as a function of ${data.xlabel}`,
    title: data.ylabel,
    xlabel: data.xlabel,
    xlim: [xs[0], xs.at(-1)],
    ylim: data.ylim,
    ratio: 0.5,
    right: margin,
    paint: () => paint(),
  });
  const row = (k) => views[state.view].rows[k].subarray(state.at * xs.length, (state.at + 1) * xs.length);
  const end = (values) => {
    for (let i = values.length - 1; i > 0; i--) {
      if (values[i] >= data.ylim[0] && values[i] <= data.ylim[1]) return values[i];
    }
    return data.ylim[1];
  };

  function paint() {
    if (!plot.width) return;
    const { ways, numbers } = views[state.view];
    const inside = ways.map((way, k) => tint(svg("path", { class: "ex-line", d: plot.path(xs, row(k)) }), way));
    if (data.mark) {
      ways.forEach((way, k) => {
        const at = numbers[k][state.at];
        inside.push(tint(svg("circle", { class: "ex-dot", cx: plot.x(at), cy: plot.y(row(k)[nearest(xs, at)]), r: 5 }), way));
      });
    }
    plot.inside.replaceChildren(...inside);
    const places = spread(ways.map((_, k) => plot.y(end(row(k)))), 16, plot.top + 4, plot.top + plot.h);
    plot.outside.replaceChildren(...ways.map((way, k) =>
      tint(svg("text", { class: "ex-label", x: plot.left + plot.w + 6, y: places[k] + 4 }, way.short), way)));
  }

  const select = html("select", { onchange: () => set({ view: views[select.value].title, at: data.values[state.at] }) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const probe = slider(data.name, data.values, (i) => {
    state.at = i;
    draw();
  });
  const table = html("table", { class: "values" });

  function draw() {
    select.value = state.view;
    probe.set(state.at, data.values[state.at]);
    paint();
    const { title, ways, numbers } = views[state.view];
    const value = data.values[state.at];
    const said = ways.map((way, k) => `${way.short}: ${say(numbers[k][state.at])}`);
    const rows = ways.map((way, k) =>
      html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), way), way.short),
        html("td", {}, say(numbers[k][state.at]))));
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `${data.name} = ${short(value)}`),
        html("th", { scope: "col" }, data.read))),
      html("tbody", {}, ...rows));
    speak(`${title}, ${data.name} = ${say(value)}. ${data.read}: ${said.join("; ")}.`);
  }

  function set(next) {
    state = initial();
    if ("view" in next) state.view = find(next.view);
    if ("at" in next) state.at = nearest(data.values, next.at);
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "View ", select));
  controls.append(probe.box);
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

// -- which constant is best --------------------------------------------------------------------

function constant(root, data) {
  const m = line(data.m);
  const views = data.views.map((view) => {
    const risks = unpack(view.risks);
    return { ...view, rows: data.ways.map((_, k) => risks.subarray(k * m.length, (k + 1) * m.length)) };
  });
  for (const view of views) {
    view.lowest = view.rows.map((row) => Math.min(...row));
    view.heights = view.rows.map((row, k) => {
      const span = Math.max(...row) - view.lowest[k] || 1;
      return Array.from(row, (v) => (v - view.lowest[k]) / span);
    });
  }
  const find = (title) => views.findIndex((view) => view.title === title);
  const initial = () => ({ view: find(data.state.view), at: nearest(m, data.state.m) });
  let state = initial();
  const margin = 14 + 7.4 * Math.max(...data.ways.map((way) => way.short.length));
  const plot = new Plot({
    label: "Risk of a constant under every loss",
    xlabel: data.xlabel,
    ylabel: "risk, lowest to highest",
    xlim: [m[0], m.at(-1)],
    ylim: [-0.14, 1],
    ratio: 0.5,
    right: margin,
    paint: () => paint(),
  });

  function paint() {
    if (!plot.width) return;
    const view = views[state.view];
    const x = plot.x(m[state.at]);
    const inside = [svg("path", { class: "ex-probe", d: `M${x},${plot.top}v${plot.h}` })];
    for (const y of view.y) inside.push(svg("circle", { class: "ex-point", cx: plot.x(y), cy: plot.y(-0.07), r: 4 }));
    data.ways.forEach((way, k) => inside.push(tint(svg("path", { class: "ex-line", d: plot.path(m, view.heights[k]) }), way)));
    data.ways.forEach((way, k) => inside.push(tint(svg("circle", { class: "ex-dot", cx: x, cy: plot.y(view.heights[k][state.at]), r: 5 }), way)));
    plot.inside.replaceChildren(...inside);
    const places = spread(view.heights.map((values) => plot.y(values.at(-1))), 16, plot.top + 4, plot.top + plot.h);
    plot.outside.replaceChildren(...data.ways.map((way, k) =>
      tint(svg("text", { class: "ex-label", x: plot.left + plot.w + 6, y: places[k] + 4 }, way.short), way)));
  }

  const select = html("select", { onchange: () => set({ view: views[select.value].title, m: m[state.at] }) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const probe = slider(data.xlabel, m, (i) => {
    state.at = i;
    draw();
  });
  const table = html("table", { class: "values" });

  function draw() {
    select.value = state.view;
    probe.set(state.at, m[state.at]);
    paint();
    const view = views[state.view];
    const said = [];
    const rows = data.ways.map((way, k) => {
      const [now, least] = [say(view.rows[k][state.at]), say(view.lowest[k])];
      said.push(`${way.short}: ${now}, lowest ${least}`);
      return html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), way), way.short),
        html("td", {}, now), html("td", {}, least));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at m = ${short(m[state.at])}`),
        html("th", { scope: "col" }, "risk"), html("th", { scope: "col" }, "lowest risk"))),
      html("tbody", {}, ...rows));
    speak(`${view.title}, predicted by m = ${say(m[state.at])}. ${said.join("; ")}.`);
  }

  function set(next) {
    state = initial();
    if ("view" in next) state.view = find(next.view);
    if ("m" in next) state.at = nearest(m, next.m);
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  plot.drag((event) => {
    state.at = nearest(m, plot.at(event)[0]);
    draw();
  });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Samples ", select));
  controls.append(probe.box);
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

// -- is the chord above the curve --------------------------------------------------------------

function chord(root, data) {
  const ends = line(data.ends);
  const n = data.tenths;
  const x = line([ends[0], ends.at(-1), n * (ends.length - 1) + 1]);
  const weights = line([0, 1, n + 1]);
  const views = data.views.map((view) => ({ ...view, values: unpack(view.values) }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const read = (next) => ({
    view: find(next.view),
    a: nearest(ends, next.a),
    b: nearest(ends, next.b),
    weight: nearest(weights, next.weight),
  });
  let state = read(data.state);
  const plot = new Plot({
    label: "A curve and a chord of it",
    xlabel: data.xlabel,
    xlim: [ends[0], ends.at(-1)],
    ylim: [0, 1],
    ratio: 0.5,
    paint: () => paint(),
  });

  const place = () => {
    const [a, b] = [n * state.a, n * state.b];
    return { a, b, at: Math.round((state.weight * a + (n - state.weight) * b) / n) };
  };
  const level = () => {
    const { values } = views[state.view];
    const { a, b } = place();
    const w = weights[state.weight];
    return w * values[a] + (1 - w) * values[b];
  };

  function frame() {
    const { values } = views[state.view];
    const [lo, hi] = [Math.min(...values), Math.max(...values)];
    const room = 0.08 * (hi - lo || 1);
    plot.ylim = [lo - room, hi + room];
    if (plot.width) plot.rescale();
  }

  function paint() {
    if (!plot.width) return;
    const view = views[state.view];
    const { a, b, at } = place();
    const ys = [view.values[a], view.values[b]];
    const there = plot.x(x[at]);
    const spot = (cx, y, way) => tint(svg("circle", { class: "ex-dot", cx, cy: plot.y(y), r: 5 }), way);
    plot.inside.replaceChildren(
      tint(svg("path", { class: "ex-line", d: plot.path(x, view.values) }), view),
      tint(svg("path", { class: "ex-line", d: plot.path([x[a], x[b]], ys) }), data.chord),
      svg("path", { class: "ex-probe", d: `M${there},${plot.y(level())}V${plot.y(view.values[at])}` }),
      spot(plot.x(x[a]), ys[0], data.chord), spot(plot.x(x[b]), ys[1], data.chord),
      spot(there, level(), data.chord), spot(there, view.values[at], view));
  }

  const select = html("select", { onchange: () => { state.view = Number(select.value); frame(); draw(); } },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const mover = (name, key, grid) => slider(name, grid, (i) => {
    state[key] = i;
    draw();
  });
  const first = mover("one end a", "a", ends);
  const second = mover("other end b", "b", ends);
  const mix = mover("weight \u03bb of a", "weight", weights);
  const table = html("table", { class: "values" });

  function draw() {
    select.value = state.view;
    first.set(state.a, ends[state.a]);
    second.set(state.b, ends[state.b]);
    mix.set(state.weight, weights[state.weight]);
    paint();
    const view = views[state.view];
    const { a, b, at } = place();
    const [curve, straight] = [view.values[at], level()];
    const entry = (name, value, way) => html("tr", {},
      html("th", { scope: "row" }, ...(way ? [tint(html("span", { class: "ex-swatch" }), way)] : []), name), html("td", {}, say(value)));
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at ${data.xlabel} = ${short(x[at])}`), html("th", { scope: "col" }, "height"))),
      html("tbody", {}, entry(view.title, curve, view), entry("chord", straight, data.chord), entry("chord minus curve", Math.abs(straight - curve) < 1e-4 ? 0 : straight - curve)));
    speak(`${view.title}: at ${data.xlabel} = ${say(x[at])} the curve is at ${say(curve)}, the chord from ${say(x[a])} to ${say(x[b])} at ${say(straight)}.`);
  }

  function set(next) {
    state = read({ ...data.state, ...next });
    frame();
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  let held = "a";
  plot.node.addEventListener("pointerdown", (event) => {
    const at = plot.at(event)[0];
    held = Math.abs(ends[state.a] - at) <= Math.abs(ends[state.b] - at) ? "a" : "b";
  });
  plot.drag((event) => {
    state[held] = nearest(ends, plot.at(event)[0]);
    draw();
  });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Function ", select));
  controls.append(first.box, second.box, mix.box);
  root.append(plot.box, table, controls, buttons, spoken);
  frame();
  draw();
  plot.watch();
}

// -- a descent over a landscape ----------------------------------------------------------------

function descent(root, data) {
  const views = data.views.map((view) => ({ ...view, values: unpack(view.paths) }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const read = (next) => {
    const view = find(next.view);
    return { view, rate: nearest(views[view].rates, next.rate), step: Math.min(next.step, views[view].count) };
  };
  let state = read(data.state);
  const plot = new Plot({
    label: "Lines of equal loss and the path of gradient descent",
    xlabel: data.labels[0],
    ylabel: data.labels[1],
    xlim: views[state.view].xlim,
    ylim: views[state.view].ylim,
    ratio: 0.62,
    paint: () => paint(),
  });
  plot.node.style.cursor = "default"; // here nothing is dragged

  /** Weights, loss and slope after k steps. */
  const row = (k) => {
    const { values, count } = views[state.view];
    const at = 4 * (state.rate * (count + 1) + k);
    return values.subarray(at, at + 4);
  };
  /** The last step that is not beyond all bounds. */
  const last = () => {
    let k = state.step;
    while (k > 0 && Number.isNaN(row(k)[2])) k--;
    return k;
  };

  function paint() {
    if (!plot.width) return;
    const inside = views[state.view].contours.map((flat) =>
      svg("path", { class: "ex-contour", d: plot.path(flat.filter((_, i) => i % 2 === 0), flat.filter((_, i) => i % 2)) }));
    const points = Array.from({ length: last() + 1 }, (_, k) => row(k));
    inside.push(tint(svg("path", { class: "ex-line", d: plot.path(points.map((p) => p[0]), points.map((p) => p[1])) }), data.path));
    points.forEach((p, k) => inside.push(tint(svg("circle", { class: "ex-dot", cx: plot.x(p[0]), cy: plot.y(p[1]), r: k === points.length - 1 ? 6 : 3 }), data.path)));
    plot.inside.replaceChildren(...inside);
  }

  const controls = html("div", { class: "ex-controls" });
  const table = html("table", { class: "values" });
  const select = html("select", { onchange: () => set({ view: views[select.value].title, rate: views[select.value].rates[0], step: state.step }) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  let rate, step;

  function build() {
    const view = views[state.view];
    rate = slider("step size", view.rates, (i) => {
      state.rate = i;
      draw();
    });
    step = slider("steps", Array.from({ length: view.count + 1 }, (_, k) => k), (i) => {
      state.step = i;
      draw();
    });
    controls.replaceChildren();
    if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Landscape ", select));
    controls.append(rate.box, step.box);
    plot.xlim = view.xlim;
    plot.ylim = view.ylim;
    if (plot.width) plot.rescale();
    draw();
  }

  function draw() {
    const view = views[state.view];
    select.value = state.view;
    rate.set(state.rate, view.rates[state.rate]);
    step.set(state.step, state.step);
    paint();
    const k = last();
    const names = [...data.labels, "loss", "length of the gradient"];
    const [begin, now] = [row(0), row(k)];
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "where"), html("th", { scope: "col" }, "start"), html("th", { scope: "col" }, `step ${k}`))),
      html("tbody", {}, ...names.map((name, i) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, say(begin[i])), html("td", {}, say(now[i]))))));
    speak(`${view.title}, step size ${say(view.rates[state.rate])}, step ${k}: ${data.labels[0]} = ${say(now[0])}, ${data.labels[1]} = ${say(now[1])}, loss ${say(now[2])}, gradient ${say(now[3])}.`);
  }

  function set(next) {
    const view = next.view ?? data.state.view;
    const fallback = view === data.state.view ? data.state : { ...data.state, rate: views[find(view)].rates[0] };
    state = read({ ...fallback, ...next, view });
    build();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  root.append(plot.box, table, controls, buttons, spoken);
  build();
  plot.watch();
}

// -- any curves, with knobs -------------------------------------------------------------------

function knobs(root, data) {
  const n = data.x.length;
  const views = data.views.map((view) => ({ ...view, table: unpack(view.rows) }));
  const find = (title) => views.findIndex((view) => view.title === title);
  const initial = () => ({
    view: find(data.state.view),
    at: nearest(data.x, data.state.at),
    turned: data.knobs.map((knob) => nearest(knob.values, data.state[knob.name])),
  });
  let state = initial();
  const margin = 14 + 7.4 * Math.max(...views.flatMap((view) => view.lines.map((l) => l.short.length)));
  const plot = new Plot({
    label: `Curves over ${data.xlabel}`,
    title: views[state.view].title,
    xlabel: data.xlabel,
    xlim: [data.x[0], data.x.at(-1)],
    ylim: views[state.view].ylim,
    ratio: 0.5,
    right: margin,
    paint: () => paint(),
  });

  /** The curves of the current view and setting. */
  function curves() {
    const { lines, table } = views[state.view];
    const setting = data.knobs.reduce((k, knob, i) => k * knob.values.length + state.turned[i], 0);
    return lines.map((_, k) => table.subarray((setting * lines.length + k) * n, (setting * lines.length + k + 1) * n));
  }

  /** Where a label stands: at the right end of what is seen of its line. */
  function end(values) {
    const [lo, hi] = plot.ylim;
    let i = n - 1;
    while (i > 0 && !(values[i] >= lo && values[i] <= hi)) i--;
    const last = Number.isNaN(values[i]) ? lo : values[i];
    return plot.y(i === n - 1 ? last : last > (lo + hi) / 2 ? hi : lo);
  }

  function paint() {
    if (!plot.width) return;
    const { lines } = views[state.view];
    const rows = curves();
    const inside = [svg("path", { class: "ex-probe", d: `M${plot.x(data.x[state.at])},${plot.top}v${plot.h}` })];
    lines.forEach((l, k) => inside.push(tint(svg("path", { class: "ex-line", d: plot.path(data.x, rows[k]) }), l)));
    lines.forEach((l, k) => {
      const here = rows[k][state.at];
      if (!Number.isNaN(here)) inside.push(tint(svg("circle", { class: "ex-dot", cx: plot.x(data.x[state.at]), cy: plot.y(here), r: 5 }), l));
    });
    plot.inside.replaceChildren(...inside);
    const places = spread(rows.map(end), 16, plot.top + 4, plot.top + plot.h);
    plot.outside.replaceChildren(...lines.map((l, k) =>
      tint(svg("text", { class: "ex-label", x: plot.left + plot.w + 6, y: places[k] + 4 }, l.short), l)));
  }

  const select = html("select", { onchange: () => look(Number(select.value)) },
    ...views.map((view, i) => html("option", { value: i }, view.title)));
  const probe = slider(data.xlabel, data.x, (i) => {
    state.at = i;
    draw();
  });
  const sliders = data.knobs.map((knob, k) => slider(knob.name, knob.values, (i) => {
    state.turned[k] = i;
    draw();
  }));
  const table = html("table", { class: "values" });

  function look(view) {
    state.view = view;
    Object.assign(plot, { title: views[view].title, ylim: views[view].ylim });
    if (plot.width) plot.rescale();
    draw();
  }

  function draw() {
    select.value = state.view;
    probe.set(state.at);
    sliders.forEach((s, k) => s.set(state.turned[k]));
    paint();
    const { title, lines } = views[state.view];
    const rows = curves();
    const x = say(data.x[state.at]);
    const turned = data.knobs.map((knob, k) => `, ${knob.name} = ${say(knob.values[state.turned[k]])}`).join("");
    const cells = lines.map((l, k) => html("tr", {},
      html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), l), l.short),
      html("td", {}, say(rows[k][state.at]))));
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, `at ${data.xlabel} = ${x}`), html("th", { scope: "col" }, title))),
      html("tbody", {}, ...cells));
    speak(`${title} at ${data.xlabel} = ${x}${turned}. ${lines.map((l, k) => `${l.short}: ${say(rows[k][state.at])}`).join("; ")}.`);
  }

  function set(next) {
    state = initial();
    if ("at" in next) state.at = nearest(data.x, next.at);
    data.knobs.forEach((knob, k) => {
      if (knob.name in next) state.turned[k] = nearest(knob.values, next[knob.name]);
    });
    look("view" in next ? find(next.view) : state.view);
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set({}) });
  plot.drag((event) => {
    state.at = nearest(data.x, plot.at(event)[0]);
    draw();
  });
  const controls = html("div", { class: "ex-controls" });
  if (views.length > 1) controls.append(html("label", { class: "ex-pick" }, "Show ", select));
  controls.append(...sliders.map((s) => s.box), probe.box);
  root.append(plot.box, table, controls, buttons, spoken);
  draw();
  plot.watch();
}

// -- two boxes ---------------------------------------------------------------------------------

function boxes(root, data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const numbers = unpack(data.numbers);
  const count = data.losses.length;
  let [size, iy, ix, loss] = data.state;
  /** Value and slopes by x1, y1, x2, y2 of one loss at the present place. */
  const at = (k) => {
    const begin = 5 * (((size * gy.length + iy) * gx.length + ix) * count + k);
    return numbers.subarray(begin, begin + 5);
  };
  const plot = new Plot({
    label: "A true box, a predicted box, and the pull of a loss on its edges",
    xlabel: "x",
    ylabel: "y",
    xlim: [-7.5, 7.5],
    ylim: [-4.3, 4.3],
    ratio: 0.62,
    paint: () => paint(),
  });
  plot.node.classList.add("ex-plane");
  const handle = svg("g", { class: "ex-handle", tabindex: 0, role: "slider", "aria-label": "Predicted box; arrow keys move it", "aria-valuemin": gx[0], "aria-valuemax": gx.at(-1) },
    svg("circle", { class: "ex-reach", r: 22 }), svg("circle", { class: "ex-ring", r: 8 }));
  plot.outside.append(handle);

  const frame = (corners, name) => {
    const [x1, y1, x2, y2] = corners;
    return svg("path", { class: name, d: `M${plot.x(x1)},${plot.y(y1)}H${plot.x(x2)}V${plot.y(y2)}H${plot.x(x1)}Z` });
  };

  /** From an edge along an axis; its length is twice the root of the pull, in units of the plot. */
  function arrow(x, y, pull, upright) {
    const reach = 2 * Math.sign(pull) * Math.sqrt(Math.abs(pull));
    const [a, b] = [plot.x(x), plot.y(y)];
    const [c, d] = upright ? [a, plot.y(y + reach)] : [plot.x(x + reach), b];
    const back = 7 * Math.sign(upright ? d - b : c - a);
    if (Math.hypot(c - a, d - b) < 2) return [];
    const head = upright ? `M${c - 5},${d - back}L${c},${d}L${c + 5},${d - back}` : `M${c - back},${d - 5}L${c},${d}L${c - back},${d + 5}`;
    return [tint(svg("path", { class: "ex-line", d: `M${a},${b}L${c},${d}${head}` }), data.losses[loss])];
  }

  function paint() {
    if (!plot.width) return;
    const [w, h] = data.sizes[size];
    const [x, y] = [gx[ix], gy[iy]];
    const pred = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    const [tw, th] = data.true;
    const slopes = at(loss);
    plot.inside.replaceChildren(
      frame([-tw / 2, -th / 2, tw / 2, th / 2], "ex-box-true"),
      tint(frame(pred, "ex-line ex-box-pred"), data.losses[loss]),
      ...arrow(pred[0], y, -slopes[1], false), ...arrow(x, pred[1], -slopes[2], true),
      ...arrow(pred[2], y, -slopes[3], false), ...arrow(x, pred[3], -slopes[4], true));
    handle.setAttribute("transform", `translate(${plot.x(x)} ${plot.y(y)})`);
  }

  const across = slider("centre x", gx, (i) => move(i, iy));
  const up = slider("centre y", gy, (i) => move(ix, i));
  const times = ([w, h]) => `${short(w)} \u00d7 ${short(h)}`;
  const shape = html("select", { onchange: () => set([Number(shape.value), iy, ix, loss]) },
    ...data.sizes.map((each, i) => html("option", { value: i }, times(each))));
  const whose = html("select", { onchange: () => set([size, iy, ix, Number(whose.value)]) },
    ...data.losses.map((each, i) => html("option", { value: i }, each.short)));
  const table = html("table", { class: "values" });

  function move(i, j) {
    [ix, iy] = [clamp(i, 0, gx.length - 1), clamp(j, 0, gy.length - 1)];
    draw();
  }

  function draw() {
    across.set(ix, gx[ix]);
    up.set(iy, gy[iy]);
    shape.value = size;
    whose.value = loss;
    paint();
    const said = [];
    const rows = data.losses.map((each, k) => {
      const n = at(k);
      const [x, y] = [say(-n[1] - n[3]), say(-n[2] - n[4])];
      said.push(`${each.title}: ${say(n[0])}, pull (${x}, ${y})`);
      return html("tr", {}, html("th", { scope: "row" }, tint(html("span", { class: "ex-swatch" }), each), each.short),
        html("td", {}, say(n[0])), html("td", {}, x), html("td", {}, y));
    });
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "at this place"), html("th", { scope: "col" }, "loss"),
        html("th", { scope: "col" }, "pull along x"), html("th", { scope: "col" }, "along y"))),
      html("tbody", {}, ...rows));
    handle.setAttribute("aria-valuenow", gx[ix]);
    handle.setAttribute("aria-valuetext", `x ${short(gx[ix])}, y ${short(gy[iy])}`);
    speak(`Predicted box of ${times(data.sizes[size])} at (${say(gx[ix])}, ${say(gy[iy])}). ${said.join("; ")}.`);
  }

  function set(state) {
    [size, iy, ix, loss] = state;
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set(data.state) });
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const far = event.shiftKey ? 4 : 1;
    move(ix + far * by[0], iy + far * by[1]);
  });
  plot.drag((event) => {
    event.preventDefault();
    const [x, y] = plot.at(event);
    move(nearest(gx, x), nearest(gy, y));
  });
  root.append(plot.box, table, html("div", { class: "ex-controls" },
    html("label", { class: "ex-pick" }, "Predicted box ", shape), html("label", { class: "ex-pick" }, "Arrows of ", whose),
    across.box, up.box), buttons, spoken);
  draw();
  plot.watch();
}

// -- a triplet in the plane ----------------------------------------------------------------------

function triplet(root, data) {
  const [gx, gy] = [line(data.gx), line(data.gy)];
  const numbers = unpack(data.numbers);
  const ways = ["plain", "squared"];
  let [margin, iy, ix, way] = data.state;
  /** Value and slopes by anchor, positive and negative, with plain or with squared distances. */
  const at = (k) => {
    const begin = 7 * (((margin * gy.length + iy) * gx.length + ix) * 2 + k);
    return numbers.subarray(begin, begin + 7);
  };
  const plot = new Plot({
    label: "An anchor, a positive, a negative, and the step of each",
    xlabel: "x",
    ylabel: "y",
    xlim: [-2.3, 2.3],
    ylim: [-1.3, 1.3],
    ratio: 0.9,
    paint: () => paint(),
  });
  plot.node.classList.add("ex-plane");
  const handle = svg("g", { class: "ex-handle", tabindex: 0, role: "slider", "aria-label": "Negative; arrow keys move it", "aria-valuemin": gx[0], "aria-valuemax": gx.at(-1) },
    svg("circle", { class: "ex-reach", r: 22 }), svg("circle", { class: "ex-ring", r: 8 }));
  plot.outside.append(handle);

  const circle = (radius, name) => svg("circle", { class: name, cx: plot.x(0), cy: plot.y(0), r: plot.x(radius) - plot.x(0) });

  /** From a point; its length is six tenths of the root of the step, in units of the plot. */
  function arrow([x, y], dx, dy, shade) {
    const size = Math.hypot(dx, dy);
    if (size < 1e-9) return [];
    const reach = 0.6 / Math.sqrt(size);
    const [a, b, c, d] = [plot.x(x), plot.y(y), plot.x(x + reach * dx), plot.y(y + reach * dy)];
    const [ux, uy] = [(c - a) / Math.hypot(c - a, d - b), (d - b) / Math.hypot(c - a, d - b)];
    const barb = (side) => `${c - 8 * ux + 5 * side * uy},${d - 8 * uy - 5 * side * ux}`;
    return [tint(svg("path", { class: "ex-line", d: `M${a},${b}L${c},${d}M${barb(1)}L${c},${d}L${barb(-1)}` }), shade)];
  }

  function paint() {
    if (!plot.width) return;
    // One unit is as long upwards as sideways, and the ring of the margin 0.5 is in view.
    const wide = Math.max(2.3, (1.65 * plot.w) / plot.h);
    const high = (wide * plot.h) / plot.w;
    if (plot.xlim[1] !== wide || plot.ylim[1] !== high) {
      [plot.xlim, plot.ylim] = [[-wide, wide], [-high, high]];
      plot.rescale();
    }
    const slopes = at(way);
    const places = [[0, 0], [1, 0], [gx[ix], gy[iy]]];
    plot.inside.replaceChildren(
      circle(1, "ex-axis"), circle(data.rings[margin][way], "ex-axis ex-dashed"),
      ...places.flatMap((place, k) => arrow(place, -slopes[1 + 2 * k], -slopes[2 + 2 * k], data.three[k])),
      ...places.map(([x, y], k) => tint(svg("circle", { class: "ex-dot", cx: plot.x(x), cy: plot.y(y), r: 6 }), data.three[k])),
      ...places.map(([x, y], k) => tint(svg("text", { class: "ex-label", x: plot.x(x) + [-9, 9, 11][k], y: plot.y(y) + [18, 18, -9][k], "text-anchor": k ? "start" : "end" }, data.three[k].short), data.three[k])));
    handle.setAttribute("transform", `translate(${plot.x(gx[ix])} ${plot.y(gy[iy])})`);
  }

  const across = slider("negative x", gx, (i) => move(i, iy));
  const up = slider("negative y", gy, (i) => move(ix, i));
  const gap = html("select", { onchange: () => set([Number(gap.value), iy, ix, way]) },
    ...data.margins.map((each, i) => html("option", { value: i }, short(each))));
  const whose = html("select", { onchange: () => set([margin, iy, ix, Number(whose.value)]) },
    ...ways.map((each, i) => html("option", { value: i }, each)));
  const table = html("table", { class: "values" });
  const kind = (value) => (value === 0 ? "easy" : value >= data.margins[margin] * (1 - 2 ** -14) ? "hard" : "semi-hard");
  const step = (n, k) => `(${say(-n[1 + 2 * k])}, ${say(-n[2 + 2 * k])})`;

  function move(i, j) {
    [ix, iy] = [clamp(i, 0, gx.length - 1), clamp(j, 0, gy.length - 1)];
    draw();
  }

  function draw() {
    across.set(ix, gx[ix]);
    up.set(iy, gy[iy]);
    gap.value = margin;
    whose.value = way;
    paint();
    const both = ways.map((_, k) => at(k));
    const row = (head, of) => html("tr", {}, html("th", { scope: "row" }, ...head), ...both.map((n) => html("td", {}, of(n))));
    table.replaceChildren(
      html("thead", {}, html("tr", {}, ...["distances", ...ways].map((head) => html("th", { scope: "col" }, head)))),
      html("tbody", {}, row(["loss"], (n) => say(n[0])), row(["the negative is"], (n) => kind(n[0])),
        ...data.three.map((each, k) => row([tint(html("span", { class: "ex-swatch" }), each), `step of the ${each.short}`], (n) => step(n, k)))));
    handle.setAttribute("aria-valuenow", gx[ix]);
    handle.setAttribute("aria-valuetext", `x ${short(gx[ix])}, y ${short(gy[iy])}`);
    const said = data.three.map((each, k) => `step of the ${each.short} ${step(both[way], k)}`);
    speak(`Negative at (${say(gx[ix])}, ${say(gy[iy])}), margin ${short(data.margins[margin])}, ${ways[way]} distances. Loss ${say(both[way][0])}; ${said.join("; ")}.`);
  }

  function set(state) {
    [margin, iy, ix, way] = state;
    draw();
  }

  const { row: buttons, spoken, speak } = shell(root, { tries: data.tries, set, reset: () => set(data.state) });
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const far = event.shiftKey ? 4 : 1;
    move(ix + far * by[0], iy + far * by[1]);
  });
  plot.drag((event) => {
    event.preventDefault();
    const [x, y] = plot.at(event);
    move(nearest(gx, x), nearest(gy, y));
  });
  root.append(plot.box, table, html("div", { class: "ex-controls" },
    html("label", { class: "ex-pick" }, "Margin ", gap), html("label", { class: "ex-pick" }, "Arrows of ", whose),
    across.box, up.box), buttons, spoken);
  draw();
  plot.watch();
}

// -- hosts -------------------------------------------------------------------------------------

const KINDS = { curves, outlier, paths, digits, family, constant, chord, descent, knobs, boxes, triplet };

if (globalThis.customElements && !customElements.get("loss-explorer")) {
  customElements.define("loss-explorer", class extends HTMLElement {
    connectedCallback() {
      if (this.live) return; // moved in the page
      const data = JSON.parse(this.querySelector(":scope > script").textContent);
      this.live = html("div", { class: "ex-live" });
      this.append(this.live);
      KINDS[data.kind](this.live, data, this.host ?? {});
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
