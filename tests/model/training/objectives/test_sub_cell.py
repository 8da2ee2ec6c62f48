import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.data.labels import VisualGrid, token_index
from model.focusui.network import FocusUI
from model.focusui.patch_features import record_patches
from model.training.forward import decode, encode
from model.training.objectives.sub_cell import SubCellHead, build, pointer_states
from model.training.objectives.sub_cell_places import PLACES_PER_SIDE, SubCell, middle_px, sub_cell_at
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy
from tests.reference import VARIANTS

_GRIDS = [
    VisualGrid(width_px=280, height_px=168, cell_px=28, merge_size=2),
    VisualGrid(width_px=96, height_px=320, cell_px=32, merge_size=2),
]
_fraction = st.floats(0, 1, exclude_max=True)


@given(st.sampled_from(_GRIDS), st.data())
def test_the_middle_of_a_place_lies_in_that_place(grid: VisualGrid, data: st.DataObject) -> None:
    place = SubCell(
        cell_idx=data.draw(st.integers(0, grid.n_visual - 1)),
        patch_idx=data.draw(st.integers(0, grid.merge_size**2 - 1)),
        place_idx=data.draw(st.integers(0, PLACES_PER_SIDE**2 - 1)),
    )
    x_px, y_px = middle_px(place, grid)
    assert sub_cell_at(x_px / grid.width_px, y_px / grid.height_px, grid) == place


@given(st.sampled_from(_GRIDS), _fraction, _fraction)
def test_a_point_is_found_again_within_half_a_place(grid: VisualGrid, x_norm: float, y_norm: float) -> None:
    place = sub_cell_at(x_norm, y_norm, grid)
    half_px = grid.patch_px / PLACES_PER_SIDE / 2 + 1e-6
    x_px, y_px = middle_px(place, grid)
    assert abs(x_px - x_norm * grid.width_px) <= half_px
    assert abs(y_px - y_norm * grid.height_px) <= half_px


def test_places_by_hand() -> None:
    """Cells of 28 px, patches of 14, places of 4.67: (45, 30) lies in the second cell of the second row."""
    place = sub_cell_at(45 / 280, 30 / 168, _GRIDS[0])
    assert place == SubCell(cell_idx=11, patch_idx=1, place_idx=0)
    assert place.cell_idx == token_index(45 / 280, 30 / 168, _GRIDS[0])
    assert middle_px(place, _GRIDS[0]) == pytest.approx((42 + 14 / 6, 28 + 14 / 6))


def _point_px(network: FocusUI, head: SubCellHead, sample: TrainingSample) -> tuple[float, float]:
    with record_patches(network) as record:
        visuals = encode(network, [sample])
    decoded = decode(network, [sample], visuals, [torch.ones(sample.grid.n_visual, dtype=torch.bool)])
    cell_idx = int(network.pointer_logits(decoded.prompts[0], decoded.hidden[0])[0].argmax())
    one = slice(cell_idx, cell_idx + 1)
    (pointer,), (patches,) = pointer_states(network, decoded), record.of(visuals)
    return middle_px(head.choose(pointer, visuals[0].embeds[one], patches[one], cell_idx), sample.grid)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_toy_set_is_learned_by_heart(variant: str) -> None:
    """GIVEN three screens WHEN learned THEN points are right to half a place, far finer than a visual token."""
    torch.manual_seed(toy.SEED)
    network, samples = toy.fresh(variant).network, toy.samples(variant)
    objective = build({}, network)
    toy.learn(network, objective, samples, 40)
    assert isinstance(objective.extra, SubCellHead)
    for sample in samples:
        half_px = sample.grid.patch_px / PLACES_PER_SIDE / 2 + 1e-6
        x_norm, y_norm = sample.points_norm[0].tolist()
        wanted = (x_norm * sample.grid.width_px, y_norm * sample.grid.height_px)
        assert _point_px(network, objective.extra, sample) == pytest.approx(wanted, abs=half_px)


def test_network_and_head_learn() -> None:
    network = tiny("qwen3_vl").network
    objective = build({}, network)
    learners = toy.learners(network, objective, toy.samples("qwen3_vl"))
    assert learners == {"patch_scorer", "multi_patch_pointer_head", "model.visual", "model.language_model.layers"}
    assert isinstance(objective.extra, SubCellHead)
    assert all(parameter.grad is not None for parameter in objective.extra.parameters())
