"""``foveal models verify``: a difference is found, whatever it is in."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from tests.reference import ROOT

_VARIANT = "qwen2_5_vl"
_CASE = "editor_640x400"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One case of one variant, to be spoiled."""
    target = tmp_path / "numbers" / _VARIANT
    shutil.copytree(ROOT / _VARIANT / "checkpoint", target / "checkpoint")
    shutil.copytree(ROOT / "screenshots", target.parent / "screenshots")
    (target / "cases").mkdir()
    shutil.copy(ROOT / _VARIANT / "cases" / f"{_CASE}.npz", target / "cases")
    cases = json.loads((ROOT / _VARIANT / "cases.json").read_text())
    (target / "cases.json").write_text(json.dumps({_CASE: cases[_CASE]}))
    training = ROOT / _VARIANT / "training"
    (target / "training").mkdir()
    shutil.copy(training / f"{_CASE}.npz", target / "training")
    shutil.copy(training / "losses.json", target / "training")
    records = json.loads((training / "records.json").read_text())
    ours = [record for record in records if record["image"] == f"{_CASE}.png"]
    (target / "training" / "records.json").write_text(json.dumps(ours))
    return target.parent


def _spoil(folder: Path, key: str, amount: float) -> None:
    file = folder / _VARIANT / "cases" / f"{_CASE}.npz"
    values = dict(np.load(file))
    values[key] = values[key].copy()
    values[key].flat[0] += amount
    np.savez(file, **values)


def test_agreement_is_exit_status_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify", str(folder)]) == 0
    assert "quantities agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "amount"),
    [("patch_scores", 2e-4), ("r0.50/attn_full", 2e-4), ("r0.90/packed_position_ids", 1), ("input_ids", 1)],
)
def test_a_difference_is_exit_status_1(
    folder: Path, key: str, amount: float, capsys: pytest.CaptureFixture[str]
) -> None:
    _spoil(folder, key, amount)
    assert main(["models", "verify", str(folder), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["quantity"] for row in rows if not row["is_within"]] == [key.rsplit("/", maxsplit=1)[-1]]


@pytest.mark.parametrize("name", ["ps_loss", "lm_loss", "grad_l2"])
def test_a_different_loss_or_gradient_is_exit_status_1(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / _VARIANT / "training" / "losses.json"
    recorded = json.loads(file.read_text())
    losses = recorded["cases"][_CASE]["r0.50"]
    if name == "grad_l2":
        losses[name] = dict.fromkeys(losses[name])  # no parameter got a gradient
    else:
        losses[name] += 1e-4
    file.write_text(json.dumps(recorded))
    assert main(["models", "verify", str(folder), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    expected = "training gradient norms" if name == "grad_l2" else f"training {name}"
    assert [row["quantity"] for row in rows if not row["is_within"]] == [expected]


def test_another_number_of_values_is_a_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / _VARIANT / "cases" / f"{_CASE}.npz"
    values = dict(np.load(file))
    np.savez(file, **{**values, "r0.30/attn_kept": values["r0.30/attn_kept"][:, :-1]})
    assert main(["models", "verify", str(folder)]) == 1
    assert "inf" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["checkpoint/config.json", "checkpoint/model.safetensors", f"cases/{_CASE}.npz"])
def test_a_missing_file_is_named(folder: Path, broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / _VARIANT / broken).unlink()
    assert main(["models", "verify", str(folder)]) in {1, 2}
    assert Path(broken).name in capsys.readouterr().err


def test_a_folder_without_cases_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify", str(tmp_path)]) == 2
    assert "holds no recorded cases" in capsys.readouterr().err
