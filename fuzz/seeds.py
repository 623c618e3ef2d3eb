"""Makes the seeds: small pictures of every kind, so that the fuzzer starts inside the decoders and not at their doors.

    python3 -m venv v && v/bin/pip install pillow && v/bin/python fuzz/seeds.py

Everything is drawn here, or is one of the charts of the imaging tests; no photograph is used. `answer` and `zip` get the same two parts
once raw and once archived.
"""

import io
import struct
import zipfile
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw

here = Path(__file__).resolve().parent / "seeds"


def drawing(mode="RGB", size=(24, 16)):
    image = Image.new("RGBA", size, (200, 30, 40, 255))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 2, size[0] - 6, size[1] - 2), fill=(20, 160, 180, 128))
    draw.line((0, 0, size[0], size[1]), fill=(255, 255, 255, 0))
    return image.convert(mode)


def encoded(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def write(target, name, content):
    folder = here / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
exif = Image.Exif()
exif[0x0112] = 6
exif[0x010F] = "Clearcut"

pictures = {
    "jpeg": {
        "baseline.jpg": encoded(drawing(), "JPEG", quality=80),
        "progressive.jpg": encoded(drawing(), "JPEG", progressive=True),
        "grey.jpg": encoded(drawing("L"), "JPEG"),
        "cmyk.jpg": encoded(drawing("CMYK"), "JPEG"),
        "turned.jpg": encoded(drawing(), "JPEG", exif=exif, subsampling=2),
        "profile.jpg": encoded(drawing(), "JPEG", icc_profile=srgb, restart_marker_blocks=1),
    },
    "png": {
        "rgba.png": encoded(drawing("RGBA"), "PNG"),
        "grey.png": encoded(drawing("L"), "PNG"),
        "deep.png": encoded(drawing("L").convert("I;16"), "PNG"),
        "palette.png": encoded(drawing("P"), "PNG", transparency=0),
        "bits.png": encoded(drawing("1"), "PNG"),
        "grey_alpha.png": encoded(drawing("LA"), "PNG"),
        "turned.png": encoded(drawing(), "PNG", exif=exif, icc_profile=srgb, dpi=(300, 300)),
    },
    "webp": {
        "lossy.webp": encoded(drawing(), "WEBP", quality=60),
        "lossless.webp": encoded(drawing(), "WEBP", lossless=True),
        "alpha.webp": encoded(drawing("RGBA"), "WEBP", quality=60),
        "turned.webp": encoded(drawing(), "WEBP", exif=exif.tobytes(), icc_profile=srgb),
        "moving.webp": encoded(
            drawing("RGBA"), "WEBP", save_all=True, append_images=[drawing("RGBA").rotate(90, expand=False)]
        ),
    },
}
for target, files in pictures.items():
    for name, content in files.items():
        write(target, name, content)

# The kinds that Pillow does not write, or not in all their variety: the charts of other programs, the small ones.
charts = here.parents[1] / "crates/imaging/tests/fixtures/inputs"
CHOSEN = {
    "tiff": ["plain.tif", "sixteen.tif", "grey.tif", "white_is_zero.tif", "planar.tif", "tiled.tif", "jpeg.tif", "big.tif", "pages.tif"],
    "heic": ["plain.heic", "subsampled.heic", "alpha.heic", "ten.heic", "turned_7.heic"],
    "avif": ["plain.avif", "subsampled.avif", "grid.avif", "alpha.avif", "twelve.avif", "grey.avif", "turned_7.avif"],
    "jxl": ["lossless.jxl", "lossy.jxl", "alpha.jxl", "animated.jxl", "from_jpeg.jxl"],
    "bmp": ["palette.bmp"],
    "gif": ["clear.gif", "animated.gif"],
    "metadata": [f"talkative.{kind}" for kind in ["jpg", "png", "webp", "tif", "heic", "avif", "jxl"]],
    "upload": [f"talkative.{kind}" for kind in ["jpg", "png", "webp"]],
}
for target, names in CHOSEN.items():
    for name in names:
        write(target, name, (charts / name).read_bytes())
write("jxl", "packed_texts.jxl", (charts.parent / "packed_texts.jxl").read_bytes())
write("bmp", "plain.bmp", encoded(drawing(), "BMP"))

colour, alpha = pictures["jpeg"]["baseline.jpg"], pictures["png"]["grey.png"]
write("answer", "parts", struct.pack("<H", len(colour)) + colour + alpha)
for name, method in [("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for part, content in [("color.jpg", colour), ("alpha.png", alpha)]:
            archive.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), content, compress_type=method)
        archive.comment = b"a comment"
    write("zip", f"{name}.zip", buffer.getvalue())
