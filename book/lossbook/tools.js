// The form "Report a problem": it knows the cell that the reader looked at, and is never empty.

const box = document.getElementById("report");
const form = box?.querySelector("form");
const places = form?.elements.place;
const PLACES =
  "article h2, article h3, article .cell:has(.cell_input), loss-exercise, loss-explorer, loss-quiz";

/** What a place is called; code cells are counted as the reader sees them. */
function name(node, cells) {
  if (node.matches(".cell")) {
    const first = node.querySelector("pre")?.textContent.trim().split("\n")[0] ?? "";
    return `Code cell ${cells}: ${first}`.slice(0, 80);
  }
  if (node.matches("loss-exercise")) return `Exercise ${node.dataset.slug}`;
  if (node.matches("loss-explorer")) return "Explorer";
  if (node.matches("loss-quiz")) return "Quiz";
  return `Section ${node.firstChild.textContent.trim()}`;
}

/** Fill the list of places once; the place nearest above the middle of the screen is chosen. */
function fill(nodes, at) {
  if (places.length === 1) {
    let cells = 0;
    for (const node of nodes) {
      if (node.matches(".cell")) cells += 1;
      places.add(new Option(name(node, cells)));
    }
  }
  if (at !== undefined) places.selectedIndex = at + 1;
}

const found = () =>
  [...document.querySelectorAll(PLACES)].filter((node) => !node.parentElement.closest("loss-exercise"));

function here(nodes) {
  const middle = innerHeight / 2;
  return nodes.findLastIndex((node) => node.getBoundingClientRect().top < middle);
}

function report() {
  const { body } = form.elements;
  const lines = [
    `Page: ${form.dataset.page}`,
    `Place: ${places.value}`,
    `Version: ${form.dataset.version}`,
    `Address: ${location.href.split("#")[0]}`,
  ];
  return `${body.value.trim()}\n\n${lines.join("\n")}\n`;
}

if (form) {
  const { body } = form.elements;
  box.addEventListener("toggle", () => box.open && fill(found()));
  document.querySelector(".report-here a")?.addEventListener("click", () => {
    const nodes = found();
    fill(nodes, here(nodes));
    box.open = true;
    setTimeout(() => body.focus());
  });
  const judge = () => {
    const short = body.value.trim().length < 10;
    body.setCustomValidity(short ? "Please say in a few words what is wrong." : "");
  };
  body.addEventListener("input", judge);
  judge();
  form.addEventListener("submit", async (event) => {
    if (form.method === "get") {
      // The form is sent with the places added, and shows the reader's own words again after.
      const own = body.value;
      body.value = report();
      setTimeout(() => (body.value = own));
      return;
    }
    event.preventDefault();
    const copy = document.getElementById("report-copy");
    copy.value = report();
    copy.parentElement.hidden = false;
    const said = form.querySelector(".report-status");
    try {
      await navigator.clipboard.writeText(copy.value);
      said.textContent = "Copied.";
    } catch {
      copy.select();
      said.textContent = "Copy the text above.";
    }
  });
}
