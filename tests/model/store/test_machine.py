"""How much memory there is."""

from pathlib import Path

from model.store.machine import read_ram


def test_it_is_the_smaller_of_what_is_available_and_what_the_group_may_take(tmp_path: Path) -> None:
    meminfo, group = tmp_path / "meminfo", tmp_path / "group"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n", "ascii")
    assert read_ram(meminfo, group) == 8000 * 1024
    group.mkdir()
    (group / "memory.current").write_text("5000\n", "ascii")
    (group / "memory.stat").write_text("anon 3000\ninactive_file 600\nactive_file 400\n", "ascii")
    (group / "memory.max").write_text("max\n", "ascii")
    assert read_ram(meminfo, group) == 8000 * 1024
    (group / "memory.max").write_text("6000\n", "ascii")
    assert read_ram(meminfo, group) == 2000


def test_without_the_kernels_account_it_is_half_of_what_is_built_in(tmp_path: Path) -> None:
    assert (read_ram(tmp_path / "meminfo", tmp_path) or 0) > 0
