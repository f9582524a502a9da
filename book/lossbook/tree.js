// <loss-tree>: asks the questions of the tree below it one by one, and ends at losses.
// Without it the whole tree stands open in the page.

class LossTree extends HTMLElement {
  connectedCallback() {
    if (this.asked) return; // moved in the page
    this.all = this.querySelector(":scope > .tree-all");
    this.root = this.all.querySelector(":scope > .tree-question");
    this.all.open = false;
    this.path = []; // list items, one per answer
    this.asked = document.createElement("div");
    this.asked.className = "tree-ask";
    this.prepend(this.asked);
    this.asked.addEventListener("click", (event) => this.click(event));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.path.length) {
        event.preventDefault();
        this.go(0);
      }
    });
    // On paper nobody can answer: the whole tree is printed.
    addEventListener("beforeprint", () => {
      this.wasOpen = this.all.open;
      this.all.open = true;
    });
    addEventListener("afterprint", () => (this.all.open = this.wasOpen));
    this.show();
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if ("back" in button.dataset) return this.go(Number(button.dataset.back));
    this.path.push(this.answers()[Number(button.dataset.answer)]);
    this.show();
    this.focusHead();
  }

  go(length) {
    this.path.length = length;
    this.show();
    this.focusHead();
  }

  focusHead() {
    this.asked.querySelector(".tree-head").focus();
  }

  here() {
    const last = this.path.at(-1);
    return last ? last.querySelector(":scope > .tree-question, :scope > .tree-leaf") : this.root;
  }

  answers() {
    return [...this.here().querySelectorAll(":scope > .tree-answers > li")];
  }

  show() {
    const here = this.here();
    const leaf = here.classList.contains("tree-leaf");
    const head = document.createElement("p");
    head.className = "tree-head";
    head.tabIndex = -1;
    head.textContent = leaf ? "Look at these." : text(here.querySelector(":scope > .tree-text"));
    const parts = [head];
    if (leaf) {
      const found = here.cloneNode(true);
      for (const each of found.querySelectorAll("[id]")) each.removeAttribute("id");
      parts.push(found);
    } else {
      const group = document.createElement("div");
      group.className = "tree-choices";
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", head.textContent);
      this.answers().forEach((item, at) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.answer = at;
        button.textContent = text(item.querySelector(":scope > .tree-answer"));
        group.append(button);
      });
      parts.push(group);
    }
    if (this.path.length) parts.unshift(this.trail());
    this.asked.replaceChildren(...parts);
  }

  /** What was answered; each answer can be taken back. */
  trail() {
    const list = document.createElement("ol");
    list.className = "tree-trail";
    list.setAttribute("aria-label", "Your answers");
    this.path.forEach((item, at) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.back = at;
      button.textContent = "Change";
      const said = text(item.querySelector(":scope > .tree-answer"));
      button.setAttribute("aria-label", `Change: ${said}`);
      row.append(`${said} `, button);
      list.append(row);
    });
    return list;
  }
}

function text(element) {
  return element.textContent.trim();
}

if (globalThis.customElements && !customElements.get("loss-tree")) customElements.define("loss-tree", LossTree);
