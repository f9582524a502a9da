// Draws what Python computed. Two hosts: <loss-explorer> in the built page, anywidget in
// Jupyter (the default export). Sliders are native, so keyboard, touch and screen readers
// work as everywhere; dragging in the picture moves the same sliders.

const SVG = "http://www.w3.org/2000/svg";
const svg = (name, attributes = {}, ...children) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};
const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
};
const floats = (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
};
const show = (value) => {
  if (Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
};
const nearest = (values, value) =>
  values.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(values[best] - value) ? i : best), 0);

/** Round steps for an axis. */
function ticks(lo, hi, count = 5) {
  const rough = (hi - lo) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * power >= rough) * power;
  const out = [];
  for (let v = Math.ceil(lo / step) * step; v <= hi + 1e-9 * step; v += step) out.push(Number(v.toPrecision(6)));
  return out;
}

/** A frame with axes: returns the node, the plot group and both scales. */
function frame({ width, height, xlim, ylim, title, xlabel, id }) {
  const [left, right, top, bottom] = [46, 14, 26, 40];
  const x = (v) => left + ((v - xlim[0]) / (xlim[1] - xlim[0])) * (width - left - right);
  const y = (v) => height - bottom - ((v - ylim[0]) / (ylim[1] - ylim[0])) * (height - top - bottom);
  const invert = (px) => xlim[0] + ((px - left) / (width - left - right)) * (xlim[1] - xlim[0]);
  const invertY = (py) => ylim[0] + ((height - bottom - py) / (height - top - bottom)) * (ylim[1] - ylim[0]);
  const clip = `clip-${id}`;
  const plot = svg("g", { "clip-path": `url(#${clip})` });
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" });
  node.append(
    svg("clipPath", { id: clip }, svg("rect", { x: left, y: top, width: width - left - right, height: height - top - bottom })),
    svg("text", { x: left, y: 16, "font-weight": "600" }, title),
    svg("path", { class: "axis", d: `M${left},${top}V${height - bottom}H${width - right}` }),
  );
  for (const v of ticks(...xlim)) {
    node.append(svg("path", { class: "axis", d: `M${x(v)},${height - bottom}v5` }),
      svg("text", { x: x(v), y: height - bottom + 19, "text-anchor": "middle" }, show(v)));
  }
  for (const v of ticks(...ylim, 4)) {
    node.append(svg("path", { class: "axis", d: `M${left},${y(v)}h-5` }),
      svg("text", { x: left - 8, y: y(v) + 4, "text-anchor": "end" }, show(v)));
  }
  node.append(svg("text", { x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle" }, xlabel), plot);
  return { node, plot, x, y, invert, invertY };
}

/** The point of the picture under a pointer, in the picture's own units. */
function at(node, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(node.getScreenCTM().inverse());
  return [point.x, point.y];
}

/** Follow a pointer from press to release. */
function drag(node, move) {
  node.addEventListener("pointerdown", (event) => {
    node.setPointerCapture(event.pointerId);
    move(event);
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && move(event));
}

function slider(text, { min, max, step, value, onmove }) {
  const output = el("span");
  const input = el("input", { type: "range", min, max, step, value });
  input.addEventListener("input", () => onmove(Number(input.value)));
  const label = el("label", {}, el("span", {}, `${text} `, output), input);
  const set = (raw, said) => {
    input.value = raw;
    output.textContent = said;
    input.setAttribute("aria-valuetext", said);
  };
  return { label, set, input };
}

let count = 0;

// -- curves ------------------------------------------------------------------------

function curves(root, data, host) {
  const id = ++count;
  const e = Float64Array.from({ length: data.points }, (_, i) => data.xlim[0] + (i * (data.xlim[1] - data.xlim[0])) / (data.points - 1));
  const tables = {};
  for (const [slug, loss] of Object.entries(data.losses)) tables[slug] = { value: floats(loss.value), grad: floats(loss.grad) };
  const start = () => ({ shown: [...data.shown], at: Object.fromEntries(Object.entries(data.losses).map(([s, l]) => [s, l.start])), i: nearest(e, data.e) });
  let state = start();

  const panels = el("div", { class: "panels" });
  const controls = el("div", { class: "controls" });
  const values = el("p", { class: "values", role: "status", "aria-live": "polite" });
  const probe = slider("error e =", { min: 0, max: data.points - 1, step: 1, value: state.i, onmove: (i) => { state.i = i; draw(); } });

  const pickers = [0, 1].map((which) => {
    const select = el("select", { "aria-label": which ? "Second loss" : "First loss" });
    for (const [slug, loss] of Object.entries(data.losses)) select.append(el("option", { value: slug }, loss.title));
    select.addEventListener("change", () => { state.shown[which] = select.value; build(); });
    return select;
  });

  let sliders = [];
  function build() {
    sliders = [];
    controls.replaceChildren();
    pickers.forEach((select, which) => {
      const slug = state.shown[which];
      const loss = data.losses[slug];
      select.value = slug;
      const box = el("div", {}, select);
      box.style.borderLeft = `4px solid ${loss.color}`;
      box.style.paddingLeft = ".6rem";
      if (loss.param && !(which && slug === state.shown[0])) {
        const s = slider(`${loss.param.name} =`, { min: 0, max: loss.param.values.length - 1, step: 1, value: state.at[slug], onmove: (k) => { state.at[slug] = k; draw(); } });
        sliders.push([slug, s]);
        box.append(s.label);
        if (host.ask) box.append(el("button", { type: "button", onclick: () => {
          const value = Number(prompt(`${loss.param.name} =`, loss.param.values[state.at[slug]]));
          if (Number.isFinite(value)) host.ask(slug, value);
        } }, "Other value"));
      }
      controls.append(box);
    });
    controls.append(probe.label);
    draw();
  }

  function draw() {
    for (const [slug, s] of sliders) s.set(state.at[slug], show(data.losses[slug].param.values[state.at[slug]]));
    probe.set(state.i, show(e[state.i]));
    panels.replaceChildren();
    const said = [];
    for (const [key, title, k] of [["value", "Loss of one sample", 0], ["grad", "Gradient: the pull on the prediction", 1]]) {
      const ylim = k ? [-data.ylim[1], data.ylim[1]] : [0, data.ylim[0]];
      const f = frame({ width: 340, height: 260, xlim: data.xlim, ylim, title, xlabel: "error e = y_pred - y_true", id: `${id}-${k}` });
      if (k) f.plot.append(svg("path", { class: "axis", d: `M${f.x(data.xlim[0])},${f.y(0)}H${f.x(data.xlim[1])}`, "stroke-dasharray": "2 4" }));
      f.plot.append(svg("path", { class: "axis", d: `M${f.x(e[state.i])},${f.y(ylim[0])}V${f.y(ylim[1])}`, "stroke-dasharray": "4 3" }));
      state.shown.forEach((slug, which) => {
        const loss = data.losses[slug];
        const offset = state.at[slug] * data.points;
        const table = tables[slug][key];
        let path = "";
        let before = null;
        for (let i = 0; i < data.points; i++) {
          const v = table[offset + i];
          // A jump of the gradient at a kink is a gap, not a steep line.
          const kinked = k && before !== null && loss.kinks[state.at[slug]].some((q) => q > e[i - 1] - 1e-9 && q < e[i] + 1e-9);
          path += `${before === null || kinked ? "M" : "L"}${f.x(e[i]).toFixed(1)},${f.y(v).toFixed(1)}`;
          before = v;
        }
        f.plot.append(svg("path", { class: "curve", stroke: loss.color, d: path, ...(which ? { "stroke-dasharray": "7 4" } : {}) }));
        if (!k) for (const q of loss.kinks[state.at[slug]]) {
          f.plot.append(svg("circle", { cx: f.x(q), cy: f.y(table[offset + nearest(e, q)]), r: 5, fill: "none", stroke: loss.color, "stroke-width": 2 }));
        }
        f.plot.append(svg("circle", { cx: f.x(e[state.i]), cy: f.y(table[offset + state.i]), r: 5, fill: loss.color }));
        if (!k) said.push(`${loss.title}${loss.param ? ` (${loss.param.name} = ${show(loss.param.values[state.at[slug]])})` : ""}: loss ${show(table[offset + state.i])}, gradient ${show(tables[slug].grad[offset + state.i])}`);
      });
      drag(f.node, (event) => { state.i = nearest(e, f.invert(at(f.node, event)[0])); draw(); });
      panels.append(f.node);
    }
    values.textContent = `At an error of ${show(e[state.i])}. ${[...new Set(said)].join(". ")}.`;
  }

  const go = (next) => {
    state = start();
    const slug = data.shown[0];
    const param = data.losses[slug].param;
    for (const [key, value] of Object.entries(next)) {
      if (key === "e") state.i = nearest(e, value);
      else if (param?.name === key) state.at[slug] = nearest(param.values, value);
    }
    build();
  };
  root.append(panels, values, controls, buttons(data.tries, go));
  resetBy(root, () => go({}));
  build();
}

function buttons(tries, go) {
  const box = el("div", { class: "tries" });
  for (const [text, next] of tries) box.append(el("button", { type: "button", onclick: () => go(next) }, text));
  box.append(el("button", { type: "button", title: "Key: Escape", onclick: () => go({}) }, "Reset"));
  return box;
}

function resetBy(root, reset) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") reset();
  });
}

// -- outlier -----------------------------------------------------------------------

function outlier(root, data) {
  const id = ++count;
  const { x: xs, y: ys } = data.grid;
  const tables = data.lines.map((line) => floats(line.fits));
  let [ix, iy] = data.start;
  const picture = el("div");
  const values = el("p", { class: "values", role: "status", "aria-live": "polite" });
  const across = slider("outlier, across:", { min: 0, max: xs.length - 1, step: 1, value: ix, onmove: (i) => { ix = i; draw(); } });
  const up = slider("outlier, up:", { min: 0, max: ys.length - 1, step: 1, value: iy, onmove: (i) => { iy = i; draw(); } });
  const f = frame({ width: 640, height: 400, xlim: data.xlim, ylim: data.ylim, title: data.ylabel, xlabel: data.xlabel, id });
  f.node.classList.add("drag");
  data.x.forEach((v, i) => f.plot.append(svg("circle", { cx: f.x(v), cy: f.y(data.y[i]), r: 3.5, fill: "var(--color-foreground-muted)" })));
  const layer = svg("g");
  f.plot.append(layer);
  picture.append(f.node);
  drag(f.node, (event) => {
    const [px, py] = at(f.node, event);
    ix = nearest(xs, f.invert(px));
    iy = nearest(ys, f.invertY(py));
    draw();
  });

  function draw() {
    across.set(ix, show(xs[ix]));
    up.set(iy, show(ys[iy]));
    layer.replaceChildren();
    const said = [];
    const taken = [];
    data.lines.forEach((line, k) => {
      const place = 2 * (ix * ys.length + iy);
      const [slope, height] = [tables[k][place], tables[k][place + 1]];
      const [a, b] = data.xlim;
      layer.append(svg("path", { class: "curve", stroke: line.color, d: `M${f.x(a)},${f.y(slope * a + height)}L${f.x(b)},${f.y(slope * b + height)}` }));
      // Labels at the line's end, moved apart where lines meet.
      let ty = Math.min(355, Math.max(38, f.y(slope * b + height) - 6));
      while (taken.some((t) => Math.abs(t - ty) < 15)) ty += ty > 300 ? -15 : 15;
      taken.push(ty);
      layer.append(svg("text", { x: f.x(b) - 4, y: ty, "text-anchor": "end", style: `fill:${line.color};font-weight:600;paint-order:stroke;stroke:var(--color-background-primary);stroke-width:3px` }, line.title));
      said.push(`${line.title}: slope ${show(slope)}`);
    });
    layer.append(svg("path", { d: `M${f.x(xs[ix])},${f.y(ys[iy]) - 9}l9,9l-9,9l-9,-9z`, fill: "var(--color-foreground-primary)", style: "cursor:grab" }));
    values.textContent = `Outlier at ${show(xs[ix])}, ${show(ys[iy])}. ${said.join(". ")}.`;
  }

  const go = (next) => {
    [ix, iy] = data.start;
    if ("x" in next) ix = nearest(xs, next.x);
    if ("y" in next) iy = nearest(ys, next.y);
    draw();
  };
  root.append(picture, values, el("div", { class: "controls" }, across.label, up.label), buttons(data.tries, go));
  resetBy(root, () => go({}));
  draw();
}

const KINDS = { curves, outlier };

// -- hosts -------------------------------------------------------------------------

/** Jupyter: anywidget calls this; the kernel answers what the grid does not hold. */
function render({ model, el: root }) {
  const box = el("div", { class: "explorer" });
  const host = { ask: (slug, value) => model.send({ slug, value }) };
  const fill = () => {
    const data = model.get("data");
    box.replaceChildren(el("p", { class: "lead" }, data.question));
    KINDS[data.kind](box, data, host);
  };
  model.on("change:data", fill);
  root.append(box);
  fill();
}

/** The built page: the data stands beside the figure that it replaces. */
class LossExplorer extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    const data = JSON.parse(this.querySelector("script").textContent);
    KINDS[data.kind](this, data, {});
    this.classList.add("ready");
  }
}
if (globalThis.customElements && !customElements.get("loss-explorer")) customElements.define("loss-explorer", LossExplorer);

export default { render };
