// <loss-exercise>: statement, editor, Run, Check, hints, earlier attempts. Loaded by pages that have
// exercises; asks for nothing else until the panel comes near the screen or is used.

import { config } from "./config.js";
import { el, markDifferences, prose, safeNodes } from "./dom.js";
import { submit, warm } from "./kernel.js";
import { downloadNotebook } from "./notebook.js";
import { defineProgress, score, standing } from "./progress.js";
import { addAttempt, problem, read, subscribe, write } from "./store.js";

const LONGEST_OUTPUT = 20_000; // characters shown
const STEPS = {
  runtime: "Loading Python (about 10 MB, once)…",
  course: "Starting Python…",
  plots: "Loading Matplotlib (about 10 MB, once)…",
};
const VERDICTS = { right: "Right", wrong: "Not yet", "not attempted": "Not attempted" };
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

let editorModule;
const loadEditor = () =>
  (editorModule ??= import(new URL(`./editor.js?v=${__BUILD__}`, import.meta.url).href));

const clock = (at) =>
  new Date(at).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });

const took = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const clip = (text) =>
  text.length <= LONGEST_OUTPUT
    ? text
    : `${text.slice(0, LONGEST_OUTPUT)}\n… ${text.length - LONGEST_OUTPUT} characters more`;

class LossExercise extends HTMLElement {
  connectedCallback() {
    if (this.exercise) return; // moved in the page
    const data = JSON.parse(this.querySelector(":scope > script[type='application/json']").textContent);
    this.exercise = data;
    this.shown = 0; // hints
    this.build();
    subscribe((slug) => slug === data.slug && this.follow());
    new IntersectionObserver(
      (entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.enrich();
      },
      { rootMargin: "300px" },
    ).observe(this);
    // The capture phase comes before the editor's own keys.
    this.addEventListener("keydown", (event) => this.keys(event), true);
  }

  build() {
    const { slug, title, points, statement_html: html, hints = [], chapter } = this.exercise;
    const id = `lx-${slug}`;
    const button = (text, onclick, props = {}) =>
      el("button", { type: "button", class: "lx-button", onclick, ...props }, text);
    const stub = this.querySelector(":scope > pre.stub");

    // Heading and statement are part of the page where the page gives them.
    let heading = this.querySelector(":scope > .title");
    if (!heading) {
      heading = el("p", { class: "title", role: "heading", "aria-level": 3 }, title);
      stub.before(heading);
    }
    heading.id ||= `${id}-title`;
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", heading.id);
    if (html && !this.querySelector(":scope > .statement")) {
      const statement = el("div", { class: "statement" });
      statement.innerHTML = html; // written by the build, like the page around it
      stub.before(statement);
    }

    const code = read(slug).code ?? this.exercise.stub;
    const hintId = `${id}-keys`;
    // A plain text box first: there at once, and all there is if the editor cannot be fetched.
    this.area = el("textarea", {
      class: "lx-area",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      autocorrect: "off",
      wrap: "off",
      "aria-label": `Code for ${title}`,
      "aria-describedby": hintId,
      oninput: () => this.typed(this.area.value),
      onfocus: () => this.enrich(),
    });
    this.area.value = code;
    this.box = el("div", { class: "lx-editor" }, this.area);
    stub.replaceWith(this.box);
    this.size(code);

    this.checkButton = button("Check", () => this.go("check"), { class: "lx-button lx-main" });
    this.runButton = button("Run", () => this.go("run"));
    this.hintButton = button("", () => this.hint());
    this.resetButton = button("Reset", () => this.reset());
    this.attemptsButton = button("", () => this.toggleAttempts(), {
      class: "lx-button lx-quiet",
      "aria-expanded": "false",
      "aria-controls": `${id}-attempts`,
    });
    const download =
      config().notebooks[chapter] &&
      button("Download my notebook", async () => this.tell(await downloadNotebook(chapter)), {
        class: "lx-button lx-quiet",
      });
    this.badge = el("p", { class: "lx-badge" });
    const key = IS_MAC ? "⌘" : "Ctrl";
    const foot = el(
      "div",
      { class: "lx-foot" },
      el("div", { class: "lx-row" }, this.checkButton, this.runButton, this.hintButton, this.resetButton),
      el("div", { class: "lx-row" }, this.attemptsButton, download || null, this.badge),
      el(
        "p",
        { class: "lx-keys", id: hintId },
        `${key}+Enter runs, Shift+${key}+Enter checks. Tab indents; Escape, then Tab leaves the editor.`,
      ),
    );

    this.told = el("p", { class: "lx-told", "aria-live": "polite" });
    this.notice = el("p", { class: "lx-notice", role: "alert" });
    this.hintList = el("ol", { class: "lx-hints", "aria-label": "Hints", "aria-live": "polite" });
    this.attemptsBox = el("div", { class: "lx-attempts", id: `${id}-attempts`, hidden: true });
    this.status = el("p", { class: "lx-status", role: "status" });
    this.clock = el("span", { class: "lx-clock", "aria-hidden": "true" });
    this.stopButton = button("Stop", () => this.task?.stop(), { class: "lx-button lx-stop", hidden: true });
    this.bar = el("progress", { class: "lx-progress", "aria-label": "Loading Python", hidden: true });
    this.body = el("div", { class: "lx-body" });
    this.out = el(
      "div",
      { class: "lx-out" },
      el("div", { class: "lx-line" }, this.status, this.clock, this.stopButton),
      this.bar,
      this.body,
    );
    this.append(foot, this.told, this.notice, this.hintList, this.attemptsBox, this.out);
    this.hintTotal = hints.length;
    this.refresh();
  }

  /** Replace the text box by the editor; the text box stays if the chunk cannot be fetched. */
  async enrich() {
    if (this.enriching) return;
    this.enriching = true;
    let module;
    try {
      module = await loadEditor();
    } catch {
      editorModule = undefined;
      this.enriching = false;
      return;
    }
    const focused = document.activeElement === this.area;
    const { selectionStart: anchor, selectionEnd: head, value, scrollLeft } = this.area;
    const holder = el("div", { class: "lx-cm" });
    this.area.remove();
    this.box.append(holder);
    this.editor = module.createEditor({
      parent: holder,
      code: value,
      selection: { anchor, head },
      label: this.area.getAttribute("aria-label"),
      hintId: this.area.getAttribute("aria-describedby"),
      onChange: (code) => this.typed(code),
    });
    if (focused) this.editor.focus();
    holder.scrollLeft = scrollLeft;
    if (this.badLine) this.editor.markLine(this.badLine);
  }

  get code() {
    return this.editor ? this.editor.code() : this.area.value;
  }

  setCode(code) {
    if (code === this.code) return;
    if (this.editor) this.editor.setCode(code);
    else {
      this.area.value = code;
      this.edited(code);
    }
  }

  /** The box is as tall as its code from the first paint on; the stub's height comes from the page. */
  size(code) {
    this.box.style.setProperty("--lines", code.split("\n").length);
  }

  typed(code) {
    this.edited(code);
    if (this.matches(":focus-within")) warm(this.exercise.slug); // not for code that another tab or a reset put here
  }

  edited(code) {
    this.size(code);
    this.badLine = null;
    if (code !== read(this.exercise.slug).code) write(this.exercise.slug, { code });
  }

  /** Something about this exercise changed in the store: here, in another tab, or by an import. */
  follow() {
    const { code } = read(this.exercise.slug);
    if (code != null) this.setCode(code);
    this.refresh();
  }

  refresh() {
    const { slug, hints = [], points } = this.exercise;
    const record = read(slug);
    const count = record.attempts?.length ?? 0;
    const { state, text } = standing(record, points);
    this.badge.textContent = text;
    this.badge.dataset.state = state;
    this.attemptsButton.textContent = `Earlier attempts (${count})`;
    this.attemptsButton.setAttribute("aria-disabled", String(!count));
    const all = this.shown >= hints.length;
    this.hintButton.textContent = all ? "No more hints" : `Hint ${this.shown + 1} of ${hints.length}`;
    this.hintButton.setAttribute("aria-disabled", String(all));
    this.resetButton.textContent = this.canBringBack ? "Bring back" : "Reset";
    if (!this.attemptsBox.hidden) this.listAttempts();
    const why = {
      full: "This browser’s storage is full",
      blocked: "This browser does not let the page store anything (a private window may be the reason)",
    }[problem()];
    const notice = why ? `${why}: your code will be gone when you leave. Copy it or download it first.` : "";
    if (this.notice.textContent !== notice) this.notice.textContent = notice;
  }

  get canBringBack() {
    const { code, kept } = read(this.exercise.slug);
    const { stub } = this.exercise;
    return (code ?? stub) === stub && kept != null && kept !== stub;
  }

  keys(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.go(event.shiftKey ? "check" : "run");
  }

  hint() {
    const { hints = [] } = this.exercise;
    if (this.shown >= hints.length) return;
    this.hintList.append(el("li", {}, ...prose(hints[this.shown])));
    this.shown++;
    this.refresh();
  }

  reset() {
    const { slug, stub } = this.exercise;
    if (this.canBringBack) {
      this.put(read(slug).kept, "Your attempt is back.");
    } else if (this.code !== stub) {
      write(slug, { kept: this.code });
      this.put(stub, "Back to the start. Your attempt is kept: press Bring back.");
    } else this.tell("This is the start already.");
    this.refresh();
  }

  /** Other code on request: what the old code printed or was told does not stay under it. */
  put(code, sentence) {
    this.setCode(code);
    if (!this.task) this.clear();
    this.tell(sentence);
  }

  clear() {
    this.body.replaceChildren();
    this.status.replaceChildren();
    this.told.textContent = "";
    this.clock.textContent = "";
    this.mark(null);
    delete this.out.dataset.state;
  }

  toggleAttempts() {
    if (!read(this.exercise.slug).attempts?.length) return;
    this.attemptsBox.hidden = !this.attemptsBox.hidden;
    this.attemptsButton.setAttribute("aria-expanded", String(!this.attemptsBox.hidden));
    if (!this.attemptsBox.hidden) this.listAttempts();
  }

  listAttempts() {
    const { slug } = this.exercise;
    const rows = (read(slug).attempts ?? []).map((attempt) => {
      const restore = () => {
        write(slug, { kept: this.code });
        this.put(attempt.code, "The attempt is in the editor.");
        this.attemptsButton.focus();
      };
      const verdict = (VERDICTS[attempt.status] ?? "Error").toLowerCase();
      return el(
        "details",
        {},
        el("summary", {}, `${clock(attempt.at)}: ${verdict}, ${score(attempt)}`),
        el("pre", { tabindex: 0, "aria-label": "Code of the attempt" }, attempt.code),
        el("button", { type: "button", class: "lx-button", onclick: restore }, "Use this one again"),
      );
    });
    this.attemptsBox.replaceChildren(...rows);
  }

  /** What the program is doing, and how it ended. */
  say(text) {
    this.status.replaceChildren(text);
  }

  /** What a button did; the verdict stays where it is. */
  tell(text) {
    this.told.textContent = text;
  }

  async go(type) {
    if (this.task) return;
    const { slug, points } = this.exercise;
    const code = this.code;
    write(slug, { code });
    this.clear();
    this.busy(true);
    const started = performance.now();
    let ticking;
    const result = await (this.task = submit(type, slug, code, (event) => {
      if (event.type === "queue") this.say("Waiting for the other exercise to finish…");
      if (event.type === "step") {
        clearInterval(ticking); // loading is not the program's time
        this.clock.textContent = "";
        this.say(STEPS[event.step]);
      }
      if (event.type === "bytes") {
        this.bar.hidden = false;
        this.bar.max = event.total;
        this.bar.value = Math.min(event.loaded, event.total);
      }
      if (event.type === "quiet") {
        const { host } = new URL(config().pyodideURL);
        this.say(`Nothing new from ${host} for 20 s. A slow line or device may need longer: wait, or press Stop.`);
      }
      if (event.type === "started") {
        this.bar.hidden = true;
        this.say(type === "check" ? "Checking…" : "Running…");
        const from = performance.now();
        ticking = setInterval(() => {
          const seconds = Math.floor((performance.now() - from) / 1000);
          this.clock.textContent = `${seconds} s of ${config().timeLimit} s`;
        }, 1000);
      }
    })).result;
    clearInterval(ticking);
    this.task = null;
    this.busy(false);
    this.dataset.ms = Math.round(performance.now() - started); // for tests and the curious
    if (result.stopped) this.showStopped(result.stopped);
    else if (result.failed) this.showFailed(result.failed, type);
    else {
      if (type === "check") this.showVerdict(result, code, points);
      else this.showRun(result);
      if (result.ms != null) this.clock.textContent = took(result.ms);
      // Not in code that was changed meanwhile.
      if (result.line && this.code === code) this.mark(result.line);
      if (result.missing) this.showMissing(result.missing);
    }
  }

  busy(on) {
    const stopHadFocus = document.activeElement === this.stopButton;
    this.stopButton.hidden = !on;
    if (!on) this.bar.hidden = true;
    this.clock.textContent = "";
    for (const one of [this.runButton, this.checkButton]) one.setAttribute("aria-disabled", String(on));
    if (stopHadFocus && !on) this.runButton.focus();
  }

  mark(line) {
    this.badLine = line;
    if (this.editor) this.editor.markLine(line);
    else if (line) {
      const from = this.area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1);
      this.area.setSelectionRange(from, from);
    }
  }

  output(label, text) {
    if (!text) return;
    const pre = el("pre", { tabindex: 0, role: "group", "aria-label": label }, clip(text));
    this.body.append(el("p", { class: "lx-label" }, label), pre);
  }

  showRun({ stdout, value, error, line, plots = [], unplotted }) {
    this.out.dataset.state = error ? "error" : "ran";
    this.output("Printed", stdout);
    this.output("Value of the last line", value);
    plots.forEach((data, i) => this.plot(data, i + 1, plots.length));
    this.output("Error", error);
    if (unplotted) {
      const sentence = "Matplotlib could not be loaded, so nothing is drawn. Press Run to try again.";
      this.body.append(el("div", { class: "lx-missing" }, el("p", {}, sentence), this.address(unplotted)));
    }
    if (error) this.say(line ? `Stopped by an error on line ${line}.` : "Stopped by an error.");
    else if (plots.length) this.say(`Done. ${plots.length === 1 ? "One plot" : `${plots.length} plots`}.`);
    else this.say(stdout || value ? "Done." : "Done. Nothing was printed.");
  }

  plot(data, number, count) {
    if (!/^[A-Za-z0-9+/]+=*$/.test(data)) return;
    const alt = `Plot ${number} of ${count}, drawn by your code`;
    this.body.append(el("img", { class: "lx-plot", src: `data:image/png;base64,${data}`, alt }));
  }

  showVerdict({ status, text, html, aspects, stdout, line }, code, points) {
    const earned = aspects.reduce((sum, aspect) => sum + aspect.earned, 0);
    const word = VERDICTS[status];
    this.out.dataset.state = status;
    const verdict = word
      ? `${word}: ${score({ earned, points })}.`
      : `Stopped by an error${line ? ` on line ${line}` : ""}.`;
    this.say(verdict);
    // Announced with the verdict; for the eye it is below, with its structure.
    this.status.append(el("span", { class: "lx-sr" }, ` ${text}`));
    clearTimeout(this.forget);
    this.forget = setTimeout(() => this.status.querySelector(".lx-sr")?.remove(), 15000);
    if (html) this.body.append(markDifferences(safeNodes(html)));
    else this.body.append(el("pre", { tabindex: 0 }, text));
    this.output("Printed", stdout);
    addAttempt(this.exercise.slug, { at: Date.now(), code, status, earned, points });
  }

  showStopped(why) {
    this.out.dataset.state = "stopped";
    const limit = config().timeLimit;
    this.say(
      why === "limit"
        ? `Stopped after ${limit} s. Python was still busy at the limit of ${limit} s: ` +
            "look for a loop that never ends. Your code is kept, and Python is starting afresh."
        : "Stopped. Your code is kept.",
    );
  }

  address({ url, message }) {
    return el(
      "dl",
      { class: "lx-facts" },
      el("dt", {}, "Address"),
      el("dd", {}, el("code", {}, url)),
      el("dt", {}, "Reason"),
      el("dd", {}, message),
    );
  }

  showFailed(failed, type) {
    this.out.dataset.state = "error";
    this.say("Python could not be loaded. Your code is kept in this browser.");
    this.body.append(
      el("p", {}, "Are you offline, or does your network block this address?"),
      this.address(failed),
      el("button", { type: "button", class: "lx-button", onclick: () => this.go(type) }, "Try again"),
    );
  }

  showMissing(missing) {
    this.body.append(
      el(
        "div",
        { class: "lx-missing" },
        el("p", {}, "NumPy could not be loaded, so only code without it runs and nothing can be checked. Reload the page to try again."),
        this.address(missing),
      ),
    );
  }
}

defineProgress();
customElements.define("loss-exercise", LossExercise);
