// Completes names after an "@" in a memo. Without it the names are written out, or chosen below.
const field = document.querySelector("#body[data-names]");
const names = field ? field.dataset.names.split("|").filter(Boolean) : [];

if (names.length) {
  const list = document.createElement("ul");
  list.className = "sb-names";
  list.id = "names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-controls", "names");
  field.setAttribute("aria-autocomplete", "list");

  let at = 0;

  const begun = () => field.value.slice(0, field.selectionStart).match(/(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_. ]{0,40})$/u);

  const close = () => {
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (number) => {
    const items = [...list.children];
    at = (number + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    field.setAttribute("aria-activedescendant", items[at].id);
  };

  const take = (name) => {
    const typed = begun()[1];
    const end = field.selectionStart;
    field.setRangeText(`${name} `, end - typed.length, end, "end");
    close();
    field.focus();
  };

  const look = () => {
    const typed = begun();
    const found = typed ? names.filter((name) => name.toLowerCase().startsWith(typed[1].toLowerCase())).slice(0, 6) : [];
    if (!found.length) return close();
    list.replaceChildren(...found.map((name, number) => {
      const item = document.createElement("li");
      item.id = `name-${number}`;
      item.setAttribute("role", "option");
      item.textContent = name;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(name); });
      return item;
    }));
    list.hidden = false;
    mark(0);
  };

  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter") take(list.children[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
