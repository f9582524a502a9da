// <loss-cards>: the interview questions of the book, to be practised. Without this script they
// are a list of questions that open; with it there is a filter, one card at a time, and a memory.

const KEY = "lossbook-cards";

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {}; // no storage, or not ours
  }
}

class LossCards extends HTMLElement {
  connectedCallback() {
    if (this.cards) return; // moved in the page
    this.known = recall();
    this.cards = [...this.querySelectorAll(":scope > details")];
    this.heads = [...this.querySelectorAll(":scope > h2")];
    for (const card of this.cards) this.equip(card);
    this.prepend(this.toolbar());
    for (const card of this.cards) this.mark(card);
    const asked = this.cards.find((card) => `#${card.id}` === location.hash);
    if (asked) {
      this.single.checked = false;
      asked.open = true;
    }
    this.at = null;
    this.filter();
    if (asked) asked.scrollIntoView();
  }

  toolbar() {
    const bar = document.createElement("div");
    bar.className = "toolbar";
    const chapters = this.heads
      .map((head) => `<option value="${head.id.slice(6)}"></option>`)
      .join("");
    bar.innerHTML =
      `<label>Chapter <select name="chapter"><option value="">all</option>${chapters}</select></label>` +
      `<label>Show <select name="show"><option value="">all</option>` +
      `<option value="open">not yet known</option><option value="known">known</option></select></label>` +
      `<label><input type="checkbox" name="single" checked> One at a time</label>` +
      `<button type="button" name="next">Next card</button>` +
      `<button type="button" name="forget">Forget all</button>` +
      `<p role="status"></p>`;
    [this.chapter, this.show] = bar.querySelectorAll("select");
    this.heads.forEach((head, at) => {
      this.chapter.options[at + 1].textContent = head.firstChild.textContent;
    });
    this.single = bar.querySelector("input");
    this.status = bar.querySelector("[role=status]");
    this.next = bar.querySelector("[name=next]");
    for (const control of [this.chapter, this.show, this.single]) {
      control.addEventListener("change", () => {
        this.at = null;
        this.filter();
      });
    }
    this.next.addEventListener("click", () => this.go(1));
    bar.querySelector("[name=forget]").addEventListener("click", () => this.forget());
    return bar;
  }

  equip(card) {
    const verdict = document.createElement("p");
    verdict.className = "verdict";
    verdict.innerHTML =
      `<button type="button">Knew it</button> <button type="button">Not yet</button>`;
    const [yes, no] = verdict.querySelectorAll("button");
    yes.addEventListener("click", () => this.judge(card, 1));
    no.addEventListener("click", () => this.judge(card, 0));
    card.querySelector(".answer").append(verdict);
    const mark = document.createElement("span");
    mark.className = "mark";
    card.querySelector("summary").append(mark);
  }

  mark(card) {
    const state = this.known[card.id];
    card.querySelector(".mark").textContent = state === 1 ? " \u2713 known" : state === 0 ? " not yet" : "";
    card.dataset.known = state === 1 ? "yes" : "no";
  }

  keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.known));
    } catch {
      // Kept until the page is left.
    }
  }

  judge(card, state) {
    const before = this.chosen();
    this.known[card.id] = state;
    this.keep();
    this.mark(card);
    card.open = false;
    const after = before.slice(before.indexOf(card) + 1).find((other) => this.fits(other));
    this.at = after || null;
    this.filter(!after);
    const focus = after || this.chosen()[0];
    if (focus) focus.querySelector("summary").focus();
  }

  forget() {
    this.known = {};
    this.keep();
    for (const card of this.cards) this.mark(card);
    this.at = null;
    this.filter();
  }

  fits(card) {
    const known = this.known[card.id] === 1;
    return (
      (!this.chapter.value || card.dataset.chapter === this.chapter.value) &&
      (!this.show.value || (this.show.value === "known") === known)
    );
  }

  chosen() {
    return this.cards.filter((card) => this.fits(card));
  }

  go(step) {
    const chosen = this.chosen();
    if (!chosen.length) return;
    if (this.at) this.at.open = false;
    this.at = chosen[(chosen.indexOf(this.at) + step) % chosen.length];
    this.filter();
    this.at.querySelector("summary").focus();
  }

  /** Hide what is not asked for; `last` says that the round is over. */
  filter(last = false) {
    const chosen = this.chosen();
    const one = this.single.checked;
    if (!chosen.includes(this.at)) this.at = chosen[0] || null;
    for (const card of this.cards) card.hidden = one ? card !== this.at : !chosen.includes(card);
    for (const head of this.heads) {
      const its = head.id.slice(6);
      head.hidden = !this.cards.some((card) => !card.hidden && card.dataset.chapter === its);
    }
    this.next.hidden = !one || chosen.length < 2;
    const done = chosen.filter((card) => this.known[card.id] === 1).length;
    const where = one && this.at ? `Card ${chosen.indexOf(this.at) + 1} of ${chosen.length}` : `${chosen.length} cards`;
    this.status.textContent = chosen.length
      ? `${last ? "That was the last one. " : ""}${where}, ${done} known.`
      : "No card fits.";
  }
}

if (!customElements.get("loss-cards")) customElements.define("loss-cards", LossCards);
