// Questions in the page: pick or type, press Answer, read what your choice says.
class LossQuiz extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || this.ready) return;
    this.ready = true;
    this.data = JSON.parse(this.querySelector("script").textContent);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(form);
    });
  }

  answer(form) {
    const status = form.querySelector("[role=status]");
    const say = (right, html) => {
      this.dataset.state = right ? "right" : "wrong";
      status.innerHTML = `<strong>${right ? "Right." : "Not this one."}</strong> ${html}`;
    };
    if (this.data.options.length) {
      const picked = form.querySelector("input:checked");
      if (!picked) return void (status.textContent = "Pick an option first.");
      const [right, said] = this.data.options[Number(picked.value)];
      return say(right, said);
    }
    const text = form.querySelector("input").value.trim().replace(",", ".");
    const value = Number(text);
    if (text === "" || Number.isNaN(value))
      return void (status.textContent = "Type a number, for example 0.25.");
    if (Math.abs(value - this.data.answer) <= this.data.tol) return say(true, this.data.why);
    const near = this.data.known.find(([k]) => Math.abs(value - k) <= Math.max(this.data.tol, 1e-9));
    say(false, near ? near[1] : "Another number. Write the error down first, then its loss.");
  }
}
if (!customElements.get("loss-quiz")) customElements.define("loss-quiz", LossQuiz);
