"""Getting a model from a real HTTP server on this machine."""

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from model.shape import Family
from model.store.errors import PullCancelled, StoreError
from model.store.folder import (
    InstalledModel,
    find_installed,
    list_installed,
    models_folder,
    partial_bytes,
    remove_model,
)
from model.store.hub import HubSource, endpoint_url
from model.store.pull import PullProgress, pull_model
from model.store.sources import FolderSource
from tests.model.store.conftest import CHECKPOINT, REPOSITORY
from tests.model.store.hub_server import HubServer

WEIGHTS = "model.safetensors"
N_WEIGHT_BYTES = (CHECKPOINT / WEIGHTS).stat().st_size
Pull = Callable[..., InstalledModel]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def pull(hub: HubServer, store: Path) -> Pull:
    def run(**options: object) -> InstalledModel:
        source = HubSource(hub.url, REPOSITORY, "main")
        return pull_model("focusui-3b", source, store, **{"retry_waits_s": (0.0, 0.0)} | options)  # type: ignore[arg-type]  # the test's own options

    return run


def test_only_what_is_needed_arrives_and_it_is_the_same(pull: Pull, store: Path) -> None:
    model = pull()
    assert {file.name for file in model.files} == {file.name for file in CHECKPOINT.iterdir()}
    for file in CHECKPOINT.iterdir():
        assert (model.folder / file.name).read_bytes() == file.read_bytes()
    assert list_installed(store) == (model,)
    assert partial_bytes("focusui-3b", store) == 0


def test_progress_ends_with_everything(pull: Pull) -> None:
    told: list[PullProgress] = []
    model = pull(on_progress=told.append)
    assert told[-1].done_bytes == told[-1].total_bytes == model.size_bytes
    assert [progress.done_bytes for progress in told] == sorted(progress.done_bytes for progress in told)


def test_cut_connection_is_taken_up_where_it_broke(pull: Pull, hub: HubServer) -> None:
    hub.cut_after = [N_WEIGHT_BYTES // 2, 1000]
    pull()
    asked = [start for name, start in hub.ranges if name == WEIGHTS]
    assert len(asked) == 3
    assert asked[0] == 0 < asked[1] < asked[2]


def test_server_without_ranges_begins_anew(pull: Pull, hub: HubServer) -> None:
    hub.has_ranges = False
    hub.cut_after = [N_WEIGHT_BYTES // 2]
    assert (pull().folder / WEIGHTS).read_bytes() == (CHECKPOINT / WEIGHTS).read_bytes()


def test_lost_connection_keeps_the_part_and_lists_nothing(pull: Pull, hub: HubServer, store: Path) -> None:
    hub.cut_after = [100_000, 0, 0, 0]
    with pytest.raises(StoreError, match=r"connection to .* was lost at model.safetensors") as caught:
        pull()
    assert "go on" in caught.value.hint
    assert partial_bytes("focusui-3b", store) > 100_000
    assert list_installed(store) == ()
    hub.cut_after, hub.ranges = [], []
    pull()
    assert (WEIGHTS, 100_000) in hub.ranges
    assert all(name == WEIGHTS for name, _ in hub.ranges), "whole files are not fetched twice"


def test_damaged_file_is_told_and_thrown_away(pull: Pull, hub: HubServer, store: Path) -> None:
    hub.corrupt = {WEIGHTS}
    with pytest.raises(StoreError, match="arrived damaged"):
        pull()
    assert list_installed(store) == ()
    hub.corrupt = set()
    assert (pull().folder / WEIGHTS).read_bytes() == (CHECKPOINT / WEIGHTS).read_bytes()


def test_damaged_small_file_is_noticed_too(pull: Pull, hub: HubServer) -> None:
    hub.corrupt = {"tokenizer.json"}
    with pytest.raises(StoreError, match=r"tokenizer.json arrived damaged"):
        pull()


def test_part_of_another_revision_is_not_gone_on_with(pull: Pull, hub: HubServer, published: Path) -> None:
    hub.cut_after = [100_000, 0, 0, 0]
    with pytest.raises(StoreError):
        pull()
    changed = bytes(reversed((published / WEIGHTS).read_bytes()))
    (published / WEIGHTS).write_bytes(changed)
    hub.cut_after, hub.ranges = [], []
    assert (pull().folder / WEIGHTS).read_bytes() == changed
    assert hub.ranges == [(WEIGHTS, 0)]


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (404, "has no yyyang/FocusUI-3B", "--from"),
        (401, "without permission", "HF_TOKEN"),
        (403, "without permission", "HF_TOKEN"),
        (400, "refused with status 400", "mirror"),
        (503, "cannot be reached: status 503", "--mirror"),
    ],
)
def test_refusals(pull: Pull, hub: HubServer, status: int, message: str, hint: str) -> None:
    hub.refuse = status
    with pytest.raises(StoreError, match=message) as caught:
        pull()
    assert hint in caught.value.hint


def test_no_network(store: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached: connection refused") as caught:
        pull_model("focusui-3b", HubSource("http://127.0.0.1:9", REPOSITORY, "main"), store)
    assert "--from" in caught.value.hint


def test_unknown_host_name(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    with pytest.raises(StoreError, match=r"hub\.example cannot be reached: temporary failure in name resolution"):
        pull_model("focusui-3b", HubSource("https://hub.example", REPOSITORY, "main"), store)


def test_too_little_room(pull: Pull, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _place: SimpleNamespace(free=1_000_000))
    with pytest.raises(StoreError, match=r"not enough room on the disk: 0\.1 GB are missing") as caught:
        pull()
    assert "--folder" in caught.value.hint
    assert hub.ranges == [], "nothing is fetched that has no room"


def test_cancel_keeps_what_arrived(pull: Pull, hub: HubServer, store: Path) -> None:
    cancel = threading.Event()

    with ThreadPoolExecutor(1) as executor:
        hub.gate = threading.Event()
        pulling = executor.submit(pull, cancel=cancel)
        assert hub.is_waiting.wait(10)
        cancel.set()
        hub.gate.set()
        with pytest.raises(PullCancelled):
            pulling.result(10)
    assert list_installed(store) == ()
    assert partial_bytes("focusui-3b", store) > 0
    assert pull().name == "focusui-3b"


def test_killed_download_is_gone_on_with(pull: Pull, hub: HubServer, store: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from model.store.hub import HubSource\n"
        "from model.store.pull import pull_model\n"
        "pull_model('focusui-3b', HubSource(sys.argv[1], sys.argv[2], 'main'), Path(sys.argv[3]))"
    )
    hub.gate = threading.Event()
    with subprocess.Popen([sys.executable, "-c", code, hub.url, REPOSITORY, str(store)]) as child:
        assert hub.is_waiting.wait(20)
        child.kill()
    hub.gate.set()
    hub.gate = None
    assert list_installed(store) == ()
    hub.ranges = []
    assert (pull().folder / WEIGHTS).read_bytes() == (CHECKPOINT / WEIGHTS).read_bytes()
    assert {name for name, _ in hub.ranges} == {WEIGHTS}


def test_a_second_download_of_the_same_is_refused(pull: Pull, hub: HubServer, store: Path) -> None:
    hub.gate = threading.Event()
    first = threading.Thread(target=pull)
    first.start()
    assert hub.is_waiting.wait(10)
    with pytest.raises(StoreError, match="being downloaded already"):
        pull()
    hub.gate.set()
    first.join()
    assert [model.name for model in list_installed(store)] == ["focusui-3b"]


def test_new_download_takes_the_place_of_the_old(pull: Pull, published: Path, store: Path) -> None:
    pull()
    (published / "generation_config.json").write_text("{}")
    assert (pull().folder / "generation_config.json").read_text() == "{}"
    assert len(list_installed(store)) == 1


def test_another_model_under_that_name_is_refused(pull: Pull, store: Path) -> None:
    with pytest.raises(StoreError, match=r"another model: Qwen2\.5-VL, not Qwen3-VL"):
        pull(family=Family.QWEN3_VL)
    assert list_installed(store) == ()


@pytest.mark.parametrize("missing", ["config.json", WEIGHTS, "tokenizer.json"])
def test_incomplete_repository(pull: Pull, published: Path, missing: str) -> None:
    (published / missing).unlink()
    (published / "vocab.json").unlink()
    with pytest.raises(StoreError, match="holds no whole model"):
        pull()


def test_missing_shard_is_named(pull: Pull, published: Path) -> None:
    index = '{"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}'
    (published / "model.safetensors.index.json").write_text(index)
    with pytest.raises(StoreError, match=r"model-00002-of-00002\.safetensors is missing"):
        pull()


def test_what_is_no_hub(hub: HubServer, published: Path, store: Path) -> None:
    with pytest.raises(StoreError, match="is no web address"):
        endpoint_url("file:///etc")
    hub.repository = "other/one"
    with pytest.raises(StoreError, match=r"has no yyyang/FocusUI-3B"):
        pull_model("focusui-3b", HubSource(hub.url, REPOSITORY, "main"), store)


def test_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert endpoint_url(None) == "https://mirror.example"
    assert endpoint_url("https://other.example") == "https://other.example"


def test_copy_from_a_folder(published: Path, store: Path) -> None:
    model = pull_model("focusui-3b", FolderSource(published), store, family=Family.QWEN2_5_VL)
    assert model.source == str(published)
    # From that copy, whose checksums are known: a change on the way is noticed.
    other = store.with_name("stick")
    shutil.copytree(model.folder, other)
    weights = bytearray((other / WEIGHTS).read_bytes())
    weights[5000] ^= 1
    (other / WEIGHTS).write_bytes(weights)
    with pytest.raises(StoreError, match="arrived damaged"):
        pull_model("focusui-3b", FolderSource(other), store.with_name("elsewhere"))


def test_folder_that_is_not_there(store: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no folder"):
        pull_model("focusui-3b", FolderSource(tmp_path / "nothing"), store)


def test_store_that_cannot_be_written(published: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        pull_model("focusui-3b", FolderSource(published), tmp_path / "file")
    assert "--folder" in caught.value.hint


def test_remove(pull: Pull, store: Path) -> None:
    n_bytes = pull().size_bytes
    assert remove_model("focusui-3b", store) >= n_bytes
    assert list_installed(store) == ()
    with pytest.raises(StoreError, match="is not downloaded"):
        remove_model("focusui-3b", store)


def test_model_with_a_missing_file_is_not_installed(pull: Pull, store: Path) -> None:
    model = pull()
    (model.folder / "vocab.json").unlink()
    assert list_installed(store) == ()
    with pytest.raises(Exception, match="incomplete"):
        find_installed("focusui-3b", store)


def test_where_models_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert models_folder().name == "models"
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    assert models_folder(tmp_path / "other") == tmp_path / "other"
