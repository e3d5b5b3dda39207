"""The files pages use: taken from pinned wheels, cut clean, named after their content."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from storybank.errors import NotReady
from storybank.web import assets

CSS = (
    "body{font-family:Frutiger W01,arial,sans-serif}"
    "@font-face{font-family:Frutiger W01;src:url(https://fonts.example/f.woff2)}"
    ".nhsuk-button{color:#fff}\n/*# sourceMappingURL=nhsuk.min.css.map */"
)
SCRIPT = "export{initAll};\n//# sourceMappingURL=nhsuk.min.js.map\n"


class TestFetch:
    def test_every_name_leads_to_a_file_named_after_its_content(self, fetched: Path) -> None:
        files = assets.lookup(fetched)
        assert set(files) == {part.name for part in assets.PARTS} | {"atkinson.css"}
        for file in files.values():
            digest = hashlib.sha256((fetched / file).read_bytes()).hexdigest()
            assert file.split(".")[1] == digest[:12]

    def test_the_nhs_typeface_and_its_address_are_cut_out(self, fetched: Path) -> None:
        css = read(fetched, "nhsuk.css")
        assert css == "body{font-family:arial,sans-serif}.nhsuk-button{color:#fff}\n"

    def test_scripts_name_no_source_map(self, fetched: Path) -> None:
        assert read(fetched, "nhsuk.js") == "export{initAll};\n"

    def test_the_reading_font_is_asked_for_under_its_hashed_name(self, fetched: Path) -> None:
        css = read(fetched, "atkinson.css")
        assert f'url("{assets.lookup(fetched)["atkinson-regular.ttf"]}")' in css

    def test_the_licences_travel_with_the_files(self, fetched: Path) -> None:
        for licence in assets.LICENCES:
            assert (fetched / licence.name).read_text().startswith("Licence of")

    def test_a_second_fetch_does_nothing(self, fetched: Path, shop: "Shop") -> None:
        assert assets.fetch(fetched, shop.lock) is False

    def test_a_changed_file_is_fetched_again(self, tmp_path: Path, shop: "Shop") -> None:
        folder = tmp_path / "vendor"
        assets.fetch(folder, shop.lock)
        (folder / assets.lookup(folder)["htmx.js"]).write_text("alert(1)")
        assert assets.fetch(folder, shop.lock) is True
        assert list(assets.troubles(folder)) == []

    def test_a_wheel_other_than_the_pinned_one_is_refused(self, tmp_path: Path) -> None:
        shop = Shop.open(tmp_path / "shop")
        shop.lock.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, shop.lock.read_text()))
        with pytest.raises(NotReady, match="could not be downloaded"):
            assets.fetch(tmp_path / "vendor", shop.lock)
        assert not (tmp_path / "vendor").exists()

    def test_an_outside_address_is_refused_and_the_old_files_stay(
        self, tmp_path: Path, shop: "Shop"
    ) -> None:
        folder = tmp_path / "vendor"
        assets.fetch(folder, shop.lock)
        before = (folder / assets.MANIFEST).read_text()
        calls_home = Shop.open(tmp_path / "shop", script='fetch("https://count.example/")')
        with pytest.raises(NotReady, match="https://, which we may not serve"):
            assets.fetch(folder, calls_home.lock)
        assert (folder / assets.MANIFEST).read_text() == before
        assert [path.name for path in tmp_path.iterdir() if "vendor" in path.name] == ["vendor"]


class TestLookup:
    def test_it_says_what_to_do_where_nothing_was_fetched(self, tmp_path: Path) -> None:
        with pytest.raises(NotReady, match="Run: make setup"):
            assets.lookup(tmp_path)


class TestTroubles:
    def test_none_where_all_is_well(self, fetched: Path) -> None:
        assert list(assets.troubles(fetched)) == []

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / assets.MANIFEST).write_text(json.dumps({"nhsuk.css": "nhsuk.0.css"}))
        (sentence,) = assets.troubles(tmp_path)
        assert "nhsuk.css" in sentence


@dataclass
class Shop:
    """A folder of small wheels with the right insides, and a lock that pins them."""

    lock: Path

    @classmethod
    def open(cls, folder: Path, script: str = SCRIPT) -> "Shop":
        folder.mkdir()
        data = {"nhsuk.css": CSS, "nhsuk.js": script}
        lines = ["--no-index", f"--find-links {folder}"]
        for name in (assets.NHSUK, assets.HTMX, assets.ATKINSON):
            wheel = folder / f"{name}-1.0-py3-none-any.whl"
            with ZipFile(wheel, "w") as made:
                for part in assets.PARTS:
                    if part.wheel == name:
                        made.writestr(f"{name}{part.member}", data.get(part.name, part.name))
                info = f"{name}-1.0.dist-info"
                made.writestr(f"{info}/licenses/LICENSE", f"Licence of {name}")
                made.writestr(
                    f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
                )
                made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
                made.writestr(f"{info}/RECORD", "")
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{name}==1.0 --hash=sha256:{digest}")
        lock = folder / "assets.txt"
        lock.write_text("\n".join(lines) + "\n")
        return cls(lock)


def read(folder: Path, name: str) -> str:
    return (folder / assets.lookup(folder)[name]).read_text()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop.open(tmp_path_factory.mktemp("assets") / "shop")


@pytest.fixture(scope="module")
def fetched(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fetched") / "vendor"
    assert assets.fetch(folder, shop.lock) is True
    return folder
