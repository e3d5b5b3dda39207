// The codebook as a list to tick: find a code by typing, tick the one found with Enter.

export function setUpPicker(form) {
  const find = form.querySelector("#find-code");
  const found = form.querySelector("#found");
  const ticked = form.querySelector("#ticked");
  const shelf = form.querySelector("#codes");
  let rows = [];
  // The list may have been renewed, with a new code in it.
  function read() {
    const ticks = new Set(rows.filter(({ box }) => box.checked).map(({ box }) => box.value));
    rows = Array.from(shelf.querySelectorAll("li"), (row) => {
      const box = row.querySelector("input");
      if (!box.isKnown) box.checked ||= ticks.has(box.value);
      box.isKnown = true;
      return { row, box, label: row.querySelector("label").textContent.toLowerCase() };
    });
  }
  read();
  const shown = () => rows.filter(({ row }) => !row.hidden);
  // Of those found, one that was used lately comes first.
  function first() {
    const recent = [...form.querySelectorAll("[data-pick]")].map((chip) => chip.dataset.pick);
    const rank = ({ box }) => (recent.indexOf(box.value) + recent.length + 1) % (recent.length + 1);
    const found = shown().map((one) => [recent.includes(one.box.value) ? rank(one) : 99, one]);
    return found.reduce((best, one) => (!best || one[0] < best[0] ? one : best), null)?.[1];
  }

  function filter() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of rows) one.row.hidden = !wanted.every((word) => one.label.includes(word));
    for (const family of shelf.querySelectorAll("section")) {
      family.hidden = !family.querySelector("li:not([hidden])");
    }
    const count = shown().length;
    found.textContent = wanted.length ? (count === 1 ? "1 code" : `${count || "No"} codes`) : "";
    const best = wanted.length && count > 1 ? first() : null;
    for (const one of rows) one.row.classList.toggle("sb-first", one === best);
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
    const atEnd = find.value && find.selectionStart === find.value.length;
    const best = first();
    if (event.key === "ArrowDown" && best) {
      (find.value ? best : shown()[0]).box.focus();
    } else if (event.key === "ArrowRight" && atEnd && best) {
      toggleMeaning(best.row, true);
    } else if (event.key === "Enter" && find.value.trim()) {
      if (best) {
        best.box.checked = true;
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
  // From a code, one key opens what it means, and one closes it.
  shelf.addEventListener("keydown", (event) => {
    if (!event.target.matches("input") || !/^Arrow(Left|Right|Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    const row = event.target.closest("li");
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      toggleMeaning(row, event.key === "ArrowRight");
      return;
    }
    const boxes = shown().map(({ box }) => box);
    const next = boxes[boxes.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    (next ?? find).focus();
  });

  function toggleMeaning(row, whether) {
    const details = row.querySelector("details");
    details.open = whether;
    if (whether) row.scrollIntoView({ block: "nearest" });
  }

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
    rows: () => rows,
    // Open what these codes mean, one after the other each time it is asked for.
    about(codes) {
      const open = codes.filter((code) => rows.some(({ box }) => box.value === code));
      if (!open.length) return null;
      const at = open.indexOf(shelf.dataset.about) + 1;
      const code = open[at % open.length];
      for (const { row, box } of rows) {
        const whether = box.value === code;
        if (whether || row.querySelector("details").open) toggleMeaning(row, whether);
      }
      shelf.dataset.about = code;
      return rows.find(({ box }) => box.value === code);
    },
    ticked: () => rows.filter(({ box }) => box.checked).map(({ box }) => box.value),
    renew() {
      read();
      filter();
      show();
    },
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
