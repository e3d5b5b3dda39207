"""The figures that pages show are those of the last recorded run, and still true."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest

from storybank.config import PROJECT
from storybank.details.measured import INVENTED, WITHOUT_NAMES, in_ten

ROWS = {
    (row[0], row[1]): [float(one) for one in row[2:6]]
    for row in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (PROJECT / "docs/details.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"\| (invented|synthetic)", line)
    )
}
HOW = {"with names": INVENTED, "without the pipeline": WITHOUT_NAMES}


@pytest.fixture(scope="module")
def benchmark():
    path = PROJECT / "benchmarks/details.py"
    spec = importlib.util.spec_from_file_location("details_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("how", HOW)
def test_pages_show_what_the_last_run_printed(how):
    shown = HOW[how]
    row = [shown.details, shown.likely, shown.either, shown.precision]
    assert ROWS["invented, unseen", how] == row


def test_what_was_printed_is_still_so(benchmark):
    finders = benchmark.finders()
    if "with names" not in finders:
        pytest.skip("the pipeline that knows names is not here")
    for how, find in finders.items():
        one, shown = benchmark.score(benchmark.invented("unseen"), find), HOW[how]
        assert one.details.total() == shown.details >= 60
        assert one.recall(one.likely) == pytest.approx(shown.likely, abs=0.02)
        assert one.recall(one.either) == pytest.approx(shown.either, abs=0.02)
        assert one.precision() == pytest.approx(shown.precision, abs=0.02)


def test_shares_are_said_in_tens_and_never_rounded_up():
    assert [in_ten(share) for share in (0.75, 0.88, 0.9, 0.4, 0.999)] == [7, 8, 9, 4, 9]
