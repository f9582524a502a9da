// <loss-quiz>: one question. Pick or type, press Check, read what your answer says.
// Two hosts: the built page, and anywidget in a notebook (the default export).

/** 1.5, 1,5, 3/2, 1.5e0 and a real minus sign; NaN for anything else. */
function parse(text) {
  const [top, bottom = "1", ...rest] = text.trim().replace(/\u2212/g, "-").replace(",", ".").split("/");
  if (rest.length || !top.trim() || !bottom.trim()) return NaN;
  return Number(top) / Number(bottom);
}

class LossQuiz extends HTMLElement {
  connectedCallback() {
    if (this.key) return; // moved in the page
    this.key = JSON.parse(this.querySelector(":scope > script").textContent);
    this.status = this.querySelector("[role=status]");
    this.querySelector("button").addEventListener("click", () => this.check());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        this.check();
      }
    });
    // A verdict belongs to the answer that it was given to.
    this.addEventListener("input", () => this.say("", ""));
  }

  check() {
    const verdict = "options" in this.key ? this.choice() : this.number();
    if (typeof verdict === "string") return this.say("", verdict);
    const [right, message] = verdict;
    this.say(right ? "right" : "wrong", `<strong>${right ? "Right." : "Not this."}</strong> ${message}`);
  }

  choice() {
    const picked = this.querySelector("input:checked");
    return picked ? this.key.options[Number(picked.value)] : "Pick an answer first.";
  }

  number() {
    const { answer, tol, known, why } = this.key;
    const value = parse(this.querySelector("input").value);
    if (Number.isNaN(value)) return "Type a number, for example 0.25 or 1/4.";
    if (Math.abs(value - answer) <= tol) return [true, why];
    const belief = known.find(([wrong]) => Math.abs(value - wrong) <= tol);
    if (belief) return [false, belief[1]];
    if (Math.abs(value + answer) <= tol) return [false, "The size is right. Look at the sign."];
    return [false, value > answer ? "Too large." : "Too small."];
  }

  say(state, html) {
    if (this.status.innerHTML !== html) this.status.innerHTML = html;
    if (state) this.dataset.state = state;
    else delete this.dataset.state;
  }
}

if (globalThis.customElements && !customElements.get("loss-quiz")) customElements.define("loss-quiz", LossQuiz);

export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
  },
};
