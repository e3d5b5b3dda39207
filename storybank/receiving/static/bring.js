// Files can be dropped on their field too; what was chosen is said.

const place = document.querySelector("[data-drop]");
const input = document.querySelector("#files");
const said = place.querySelector(".sb-bring__chosen");
const sizes = [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]];

function say() {
  const files = [...input.files];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const [unit, of] = sizes.find(([, one]) => bytes >= one) ?? ["bytes", 1];
  const size = Math.round(bytes / of).toLocaleString("en-GB");
  const count = files.length === 1 ? "1 file" : `${files.length.toLocaleString("en-GB")} files`;
  said.textContent = files.length ? `${count} chosen, ${size} ${unit}.` : "";
}

function over(event, is) {
  event.preventDefault();
  place.classList.toggle("sb-bring--over", is);
}

place.querySelector(".sb-bring__drop").hidden = false;
place.addEventListener("dragover", (event) => over(event, true));
place.addEventListener("dragleave", (event) => over(event, false));
place.addEventListener("drop", (event) => {
  over(event, false);
  if (event.dataTransfer.files.length) {
    input.files = event.dataTransfer.files;
    say();
  }
});
input.addEventListener("change", say);
say();
