"""Files to take in: some made for a test, some real, some hostile."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest


@pytest.fixture(scope="session")
def hostile(real_data, tmp_path_factory) -> Path:
    """A folder of hostile files, written by the generator that stands among the real inputs."""
    folder = tmp_path_factory.mktemp("hostile")
    script = shutil.copy(real_data / "nasty" / "generated" / "make.py", folder)
    subprocess.run([sys.executable, script], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    Path(script).unlink()
    return folder


@pytest.fixture
def word_file() -> Callable[..., bytes]:
    """``word_file(lambda document: ...)``: the bytes of a Word file made by python-docx."""

    def make(write: Callable) -> bytes:
        document = docx.Document()
        write(document)
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()

    return make
