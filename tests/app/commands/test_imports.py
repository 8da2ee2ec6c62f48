import subprocess
import sys


def test_registering_the_commands_imports_nothing_heavy() -> None:
    """Every start of the program pays for it."""
    code = (
        "import sys; from app.commands import ground, models, parse; "
        "print(*sorted({'numpy', 'cv2', 'PIL', 'PySide6', 'onnxruntime'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout.strip() == ""
