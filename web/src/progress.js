// <loss-progress data-chapter="regression">: how far the reader is in a chapter; the way to take the
// work along. The exercises come from a JSON list inside the element ({"exercises": [{slug, title,
// points, href}]}) or, without one, from the panels on the page.

import { config } from "./config.js";
import { el, saveFile } from "./dom.js";
import { downloadNotebook } from "./notebook.js";
import { exportAll, importAll, read, subscribe } from "./store.js";

const number = (value) => String(Math.round(value * 100) / 100);

export const score = ({ earned, points }) => `${number(earned)} of ${number(points)} points`;

/** Where an exercise stands: {state, text}. */
export function standing({ code, best }, points) {
  if (best?.status === "right") return { state: "right", text: `✓ ${score(best)}` };
  if (best) return { state: "tried", text: score(best) };
  if (code != null) return { state: "started", text: `started, ${number(points)} points` };
  return { state: "new", text: `${number(points)} points` };
}

class LossProgress extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    const given = this.querySelector(":scope > script[type='application/json']");
    this.chapter = this.dataset.chapter;
    this.exercises = given
      ? JSON.parse(given.textContent).exercises
      : [...document.querySelectorAll("loss-exercise > script[type='application/json']")]
          .map((script) => JSON.parse(script.textContent))
          .filter((exercise) => exercise.chapter === this.chapter);
    const button = (text, onclick) =>
      el("button", { type: "button", class: "lx-button lx-quiet", onclick }, text);
    this.summary = el("p", { class: "lx-summary" });
    this.bar = el("progress", { class: "lx-progress", "aria-label": "Points in this chapter" });
    this.list = el("ul", { class: "lx-list" });
    this.status = el("p", { class: "lx-status", role: "status" });
    const say = (text) => (this.status.textContent = text);
    this.file = el("input", {
      type: "file",
      accept: ".json,application/json",
      hidden: true,
      "aria-label": "Progress file",
      onchange: async () => {
        const [file] = this.file.files;
        this.file.value = "";
        if (!file) return;
        try {
          const count = importAll(await file.text());
          say(`Read ${count} ${count === 1 ? "exercise" : "exercises"}. Code that was here is kept under Bring back and Earlier attempts.`);
        } catch (error) {
          say(error.message);
        }
      },
    });
    const row = el("div", { class: "lx-row" });
    if (config().notebooks[this.chapter]) {
      row.append(button("Download my notebook", async () => say(await downloadNotebook(this.chapter))));
    }
    row.append(
      button("Export progress", () => {
        saveFile("lossbook-progress.json", exportAll());
        say("Saved lossbook-progress.json: the code and verdicts of every chapter.");
      }),
      button("Import progress", () => this.file.click()),
      this.file,
    );
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", `Progress: ${this.dataset.chapter}`);
    this.append(this.summary, this.bar, this.list, row, this.status);
    subscribe(() => this.refresh());
    this.refresh();
  }

  refresh() {
    let earned = 0;
    let points = 0;
    let right = 0;
    const rows = this.exercises.map((exercise) => {
      const record = read(exercise.slug);
      const { state, text } = standing(record, exercise.points);
      points += exercise.points;
      earned += record.best?.earned ?? 0;
      right += state === "right";
      const name = exercise.href ? el("a", { href: exercise.href }, exercise.title) : exercise.title;
      return el("li", { "data-state": state }, name, " ", el("span", { class: "lx-badge" }, text));
    });
    this.summary.textContent =
      `${right} of ${rows.length} exercises right, ${score({ earned, points })}.`;
    this.bar.max = points || 1;
    this.bar.value = earned;
    this.list.replaceChildren(...rows);
  }
}

export const defineProgress = () => customElements.define("loss-progress", LossProgress);
