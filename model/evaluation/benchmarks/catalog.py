"""The benchmarks by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model.errors import InputError
from model.evaluation.benchmarks import mmbench_gui, screenspot, ui_vision
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem, ItemSet
from model.evaluation.benchmarks.mmbench_gui import read_mmbench_gui_l2
from model.evaluation.benchmarks.osworld_g import read_osworld_g, read_osworld_g_refined
from model.evaluation.benchmarks.own import read_own
from model.evaluation.benchmarks.screenspot import read_screenspot, read_screenspot_v2
from model.evaluation.benchmarks.screenspot_pro import read_screenspot_pro
from model.evaluation.benchmarks.ui_i2e import read_ui_i2e
from model.evaluation.benchmarks.ui_vision import read_ui_vision
from model.evaluation.benchmarks.venusbench_gd import read_venusbench_gd


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A benchmark.

    Attributes:
        name: what the command line calls it.
        title: what its authors call it.
        read: its items, from the folder (or file) that holds it as it was published.
        mean_over: the group over whose values its authors average; "" if they average over items.
    """

    name: str
    title: str
    read: Callable[[Path], Iterator[BenchmarkItem | BadItem]]
    mean_over: str = ""

    def load(self, data: Path) -> ItemSet:
        """All items that can be asked, and the rows that cannot.

        Raises:
            InputError: files are missing or broken, or nothing can be asked.
        """
        if not data.exists():
            raise InputError(f"There is no file or folder {data}.", hint="Check the name after --data.")
        return ItemSet.of(self.read(data))


BENCHMARKS = (
    Benchmark(name="screenspot", title="ScreenSpot", read=read_screenspot, mean_over=screenspot.CELLS),
    Benchmark(name="screenspot-v2", title="ScreenSpot-v2", read=read_screenspot_v2, mean_over=screenspot.CELLS),
    Benchmark(name="screenspot-pro", title="ScreenSpot-Pro", read=read_screenspot_pro),
    Benchmark(name="osworld-g", title="OSWorld-G", read=read_osworld_g),
    Benchmark(name="osworld-g-refined", title="OSWorld-G, refined instructions", read=read_osworld_g_refined),
    Benchmark(name="ui-vision", title="UI-Vision", read=read_ui_vision, mean_over=ui_vision.SETTINGS),
    Benchmark(name="venusbench-gd", title="VenusBench-GD", read=read_venusbench_gd),
    Benchmark(
        name="mmbench-gui-l2", title="MMBench-GUI, level 2", read=read_mmbench_gui_l2, mean_over=mmbench_gui.LEVELS
    ),
    Benchmark(name="ui-i2e", title="UI-I2E-Bench", read=read_ui_i2e),
    Benchmark(name="jsonl", title="rows of our own", read=read_own),
)


def find_benchmark(name: str) -> Benchmark:
    """The benchmark of a name.

    Raises:
        InputError: there is none.
    """
    for benchmark in BENCHMARKS:
        if benchmark.name == name:
            return benchmark
    raise InputError(
        f'There is no benchmark named "{name}".', hint=f"There is {', '.join(b.name for b in BENCHMARKS)}."
    )
