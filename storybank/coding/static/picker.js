// The codebook as a list to tick: find a code by typing, tick the one found with Enter.

export function setUpPicker(form) {
  const find = form.querySelector("#find-code");
  const found = form.querySelector("#found");
  const ticked = form.querySelector("#ticked");
  const shelf = form.querySelector("#codes");
  const rows = Array.from(shelf.querySelectorAll("li"), (row) => ({
    row,
    box: row.querySelector("input"),
    label: row.querySelector("label").textContent.toLowerCase(),
  }));
  const shown = () => rows.filter(({ row }) => !row.hidden);

  function filter() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of rows) one.row.hidden = !wanted.every((word) => one.label.includes(word));
    for (const family of shelf.querySelectorAll("section")) {
      family.hidden = !family.querySelector("li:not([hidden])");
    }
    const count = shown().length;
    found.textContent = wanted.length ? (count === 1 ? "1 code" : `${count || "No"} codes`) : "";
  }

  function show() {
    const names = rows.filter(({ box }) => box.checked).map(({ box }) => nameOf(box));
    ticked.textContent = names.length ? `Ticked: ${names.join(", ")}` : "";
    for (const chip of form.querySelectorAll("[data-pick]")) {
      const { box } = rows.find((one) => one.box.value === chip.dataset.pick) ?? {};
      chip.setAttribute("aria-pressed", String(Boolean(box?.checked)));
    }
  }

  find.addEventListener("input", filter);
  find.addEventListener("keydown", (event) => {
    const first = shown()[0]?.box;
    if (event.key === "ArrowDown" && first) {
      first.focus();
    } else if (event.key === "Enter" && find.value.trim()) {
      if (first) {
        first.checked = true;
        find.value = "";
        filter();
        show();
      }
    } else {
      return;
    }
    event.preventDefault();
  });
  shelf.addEventListener("change", show);
  // On a small screen the list opens when it is wanted.
  const more = form.querySelector("#more");
  const open = (whether) => {
    form.classList.toggle("sb-coder--open", whether);
    more?.setAttribute("aria-expanded", String(whether));
  };
  more?.addEventListener("click", () => open(more.getAttribute("aria-expanded") === "false"));
  find.addEventListener("focus", () => open(true));
  // What a code means is fetched when it is asked for; the link beside it leads there too.
  shelf.addEventListener("toggle", ({ target }) => {
    const link = target.open && target.querySelector(":scope > a");
    if (!link) return;
    const address = link.getAttribute("href").replace("#", "/_about/");
    htmx.ajax("GET", address, { source: link, target: link, swap: "outerHTML" });
  }, true);
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-pick]");
    const { box } = rows.find((one) => one.box.value === chip?.dataset.pick) ?? {};
    if (box) {
      box.checked = !box.checked;
      show();
    }
  });
  show();

  return {
    count: () => rows.filter(({ box }) => box.checked).length,
    focus: () => find.focus(),
    show,
    clear() {
      open(false);
      for (const { box } of rows) box.checked = false;
      find.value = "";
      filter();
      show();
    },
  };
}

function nameOf(box) {
  return box.nextSibling.textContent.trim();
}
