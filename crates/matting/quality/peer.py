"""Records rembg's masks for the quality set: what rembg itself gives for the same weights, with its own defaults.

    python3 -m venv v && v/bin/pip install rembg onnxruntime pillow
    v/bin/python crates/matting/quality/peer.py COMPOSITES U2NETP.ONNX

COMPOSITES is what `--example quality -- --composites FOLDER` wrote, U2NETP.ONNX the original file with its fixed size of
320 x 320 (`../model/README.md` tells where it comes from). rembg finds it by U2NET_HOME and never downloads.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

home = tempfile.mkdtemp()
shutil.copy(sys.argv[2], Path(home) / "u2netp.onnx")
os.environ["U2NET_HOME"] = home
os.environ["MODEL_CHECKSUM_DISABLED"] = "1"

from PIL import Image  # noqa: E402
from rembg import new_session, remove  # noqa: E402

session = new_session("u2netp")
into = Path(__file__).resolve().parent / "rembg"
into.mkdir(exist_ok=True)
for composite in sorted(Path(sys.argv[1]).glob("*.png")):
    mask = remove(Image.open(composite).convert("RGB"), session=session, only_mask=True)
    mask.save(into / f"{composite.stem}.webp", lossless=True, quality=100, method=6)
    print(composite.stem)
