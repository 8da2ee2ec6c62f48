import numpy as np
import pytest

from model.errors import LookExpiredError
from model.grounder import load_grounder
from model.pictures import load_picture
from tests.reference import checkpoint_folder, screenshot


def test_a_model_that_points_reads_with_the_eyes_of_another() -> None:
    """Runs read the screen to tell whether what they typed arrived, whichever model points."""
    grounder = load_grounder(str(checkpoint_folder("qwen2_5_vl")))
    image = load_picture(screenshot("mail_1000x700"))
    look = grounder.look(image)
    assert grounder.find(look, "Console").point is not None
    texts = {element.text for element in grounder.read(look)}
    assert "Console" in {word for text in texts for word in text.split()}
    for shift in range(1, 6):
        grounder.look(np.roll(image, shift, axis=0))
    with pytest.raises(LookExpiredError):
        grounder.read(look)
    grounder.close()
