"""Makes the cutouts and backgrounds of the quality set (`README.md`). Their alphas are exact by construction: whatever a cutout's
alpha is, the picture that the benchmark composes from it was made with exactly that alpha.

    python3 -m venv v && v/bin/pip install numpy pillow pymatting onnxruntime scikit-image scikit-learn
    npm pack @lobehub/fluent-emoji-3d@1.1.0 && tar xzf lobehub-fluent-emoji-3d-1.1.0.tgz
    v/bin/python crates/matting/quality/make.py package/assets

Three kinds of subjects: photographs, whose edge is found by closed-form matting in a band around a coarse outline; rendered
objects with the alpha of their renderer; and drawings by formula, eight times oversampled.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import skimage
import sklearn.datasets
from PIL import Image, ImageDraw, ImageFilter
from pymatting import estimate_alpha_cf, estimate_foreground_ml

here = Path(__file__).resolve().parent
assets = Path(sys.argv[1])
skimage_data = Path(skimage.__file__).parent / "data"
sklearn_data = Path(sklearn.datasets.__file__).parent / "images"
PHOTOS = {name.split(".")[0]: skimage_data / name for name in
          ["astronaut.png", "chelsea.png", "coffee.png", "camera.png", "rocket.jpg", "brick.png", "grass.png", "gravel.png"]}
PHOTOS |= {name: sklearn_data / f"{name}.jpg" for name in ["china", "flower"]}
rng = np.random.default_rng(5)


def photo(name):
    return Image.open(PHOTOS[name]).convert("RGB")


def save_cutout(name, rgba):
    """Cropped to what is visible; the colour under alpha 0 is zero."""
    rgba[rgba[..., 3] == 0] = 0
    image = Image.fromarray(rgba, "RGBA")
    image = image.crop(image.getchannel("A").getbbox())
    (here / "cutouts").mkdir(exist_ok=True)
    image.save(here / "cutouts" / f"{name}.webp", lossless=True, quality=100, method=6)
    print(name, image.size)


# Photographs

session = onnxruntime.InferenceSession(here.parent / "model" / "u2netp-dynamic.onnx")


def outline_by_model(image):
    size = [max(1, round(side * 12 / max(image.size))) * 32 for side in image.size]
    pixels = np.asarray(image.resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
    pixels = (pixels / pixels.max() - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    (mask,) = session.run(None, {session.get_inputs()[0].name: pixels.transpose(2, 0, 1)[None].astype(np.float32)})
    mask = Image.fromarray((mask[0, 0] * 255).clip(0, 255).astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
    return mask.point(lambda value: 255 if value > 127 else 0)


def outline_by_ellipse(image, box):
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def matte(name, outline, inner, outer):
    """Closed-form matting between the outline shrunk by `inner` and grown by `outer` pixels."""
    image = np.asarray(photo(name)) / 255
    sure = np.asarray(outline.filter(ImageFilter.MinFilter(2 * inner + 1))) > 0
    none = np.asarray(outline.filter(ImageFilter.MaxFilter(2 * outer + 1))) == 0
    trimap = np.where(sure, 1.0, np.where(none, 0.0, 0.5))
    alpha = estimate_alpha_cf(image, trimap).clip(0, 1)
    alpha = ((alpha - 0.03) / 0.94).clip(0, 1)  # what closed-form matting leaves in flat areas
    colours = estimate_foreground_ml(image, alpha).clip(0, 1)
    save_cutout(name, np.round(np.dstack([colours, alpha]) * 255).astype(np.uint8))


matte("flower", outline_by_ellipse(photo("flower"), (170, 84, 446, 362)), 22, 10)
matte("coffee", outline_by_ellipse(photo("coffee"), (80, 16, 478, 388)), 30, 12)
matte("astronaut", outline_by_model(photo("astronaut")), 6, 6)
matte("chelsea", outline_by_model(photo("chelsea")), 8, 8)
matte("camera", outline_by_model(photo("camera")), 6, 6)

# Rendered objects

RENDERED = dict(
    teddy="1f9f8", plant="1fab4", guitar="1f3b8", shoe="1f45f", chair="1fa91", curls="1f9d1-200d-1f9b1", bag="1f45c", crab="1f980",
    bicycle="1f6b2", parrot="1f99c", umbrella="2602-fe0f", lion="1f981", violin="1f3bb", vase="1f3fa", dog="1f415", car="1f697",
)
for name, code in RENDERED.items():
    save_cutout(name, np.asarray(Image.open(assets / f"{code}.webp").convert("RGBA")).copy())

# Drawings by formula

OVER = 8


def drawn(name, side, rule):
    """Draws premultiplied at OVER times the size and shrinks by the mean."""
    colour, cover = Image.new("RGB", (side * OVER, side * OVER)), Image.new("L", (side * OVER, side * OVER))
    rule(ImageDraw.Draw(colour), ImageDraw.Draw(cover), side * OVER)
    box = lambda image: np.asarray(image, dtype=np.float64).reshape(side, OVER, side, OVER, -1).mean(axis=(1, 3)) / 255
    alpha = box(cover)
    colours = np.divide(box(colour), alpha, out=np.zeros((side, side, 3)), where=alpha > 0).clip(0, 1)
    save_cutout(name, np.round(np.dstack([colours, alpha]) * 255).astype(np.uint8))


def hairs(count, reach, width, base, spread):
    """A body with hairs that start on it and curl away."""

    def rule(colour, cover, side):
        c, r = side / 2, side * 0.30
        for draw, fill in [(colour, tuple(base)), (cover, 255)]:
            draw.ellipse((c - r, c - r, c + r, c + r), fill=fill)
        order = np.sort(rng.uniform(0.2, 1.0, count))  # inner ones first
        for start in order:
            angle, curl = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.5)
            length = side * reach * rng.uniform(0.5, 1.0)
            at, points = np.array([c, c]) + r * start * np.array([np.cos(angle), np.sin(angle)]), []
            for step in range(12):
                points.append(tuple(at))
                direction = angle + curl * step / 6
                at = at + length / 11 * np.array([np.cos(direction), np.sin(direction)])
            shade = (np.array(base) * rng.uniform(1 - spread, 1 + spread)).clip(0, 255).astype(int)
            thick = max(1, int(OVER * width * rng.uniform(0.6, 1.2)))
            colour.line(points, fill=tuple(shade), width=thick)
            cover.line(points, fill=255, width=thick)

    return rule


def fern(colour, cover, side):
    """A stalk with leaflets that get smaller towards the tip."""
    for i, t in enumerate(np.linspace(0, 1, 46)):
        at = np.array([side * (0.5 + 0.12 * np.sin(2.2 * t)), side * (0.95 - 0.88 * t)])
        length = side * 0.30 * np.sin(np.pi * (0.12 + 0.88 * (1 - t))) + side * 0.01
        for sign in (-1, 1):
            direction = np.array([sign * np.cos(0.5), -np.sin(0.5)])
            across = np.array([-direction[1], direction[0]]) * length * 0.075
            points = [at, at + direction * length * 0.4 + across, at + direction * length, at + direction * length * 0.4 - across]
            green = (30 + i % 5 * 8, 110 + i % 7 * 12, 40 + i % 3 * 10)
            colour.polygon([tuple(p) for p in points], fill=green)
            cover.polygon([tuple(p) for p in points], fill=255)
        if i:
            for draw, fill in [(colour, (60, 90, 30)), (cover, 255)]:
                draw.line([tuple(before), tuple(at)], fill=fill, width=int(OVER * 5 * (1.1 - t)))
        before = at


drawn("fur", 480, hairs(5200, 0.16, 1.6, (146, 98, 58), 0.45))
drawn("bristles", 480, hairs(700, 0.20, 2.2, (235, 205, 90), 0.20))
drawn("fern", 480, fern)


def moving_ball(name, side, colours, blur):
    """A shaded ball; `blur` pixels of movement to the right, or of defocus where negative."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float64)
    r, c = side * 0.32, side / 2
    inside = ((r - np.hypot(x - c, y - c)) + 0.5).clip(0, 1)
    light = (1 - np.hypot(x - c * 0.8, y - c * 0.75) / (2.2 * r)).clip(0.15, 1)[..., None]
    stripes = np.where(np.floor((x + y) / 38) % 2 == 0, 0, 1)[..., None]
    rgb = light * np.where(stripes == 0, colours[0], colours[1]) / 255
    layers = np.dstack([rgb * inside[..., None], inside])
    if blur > 0:
        layers = np.mean([np.roll(layers, shift, axis=1) for shift in range(-blur // 2, blur // 2)], axis=0)
    else:
        disc = [(dx, dy) for dx in range(blur, -blur + 1) for dy in range(blur, -blur + 1) if dx * dx + dy * dy <= blur * blur]
        layers = np.mean([np.roll(layers, shift, axis=(1, 0)) for shift in disc], axis=0)
    alpha = layers[..., 3]
    rgb = np.divide(layers[..., :3], alpha[..., None], out=np.zeros((side, side, 3)), where=alpha[..., None] > 0).clip(0, 1)
    save_cutout(name, np.round(np.dstack([rgb, alpha]) * 255).astype(np.uint8))


moving_ball("moving_ball", 440, ((220, 60, 40), (245, 240, 230)), 26)
moving_ball("blurred_ball", 440, ((40, 70, 190), (240, 215, 80)), -7)

# Backgrounds: 800 pixels wide or high, without a subject of their own

TINTS = dict(brick=(1.15, 0.92, 0.80), grass=(0.80, 1.05, 0.62), gravel=(1.05, 1.00, 0.94))
CROPS = dict(
    brick=(0, 0, 512, 384), grass=(0, 0, 512, 384), gravel=(0, 64, 512, 448),
    china=(380, 60, 640, 255), rocket=(0, 0, 210, 158), coffee=(440, 250, 600, 370), flower=(0, 20, 165, 144), camera=(375, 40, 512, 143),
)
(here / "backgrounds").mkdir(exist_ok=True)
for name, box in CROPS.items():
    image = photo(name).crop(box)
    if name in TINTS:  # a picture without colours, given the usual ones
        image = Image.fromarray((np.asarray(image) * np.array(TINTS[name])).clip(0, 255).astype(np.uint8))
    image = image.resize((800, 600), Image.Resampling.LANCZOS)
    image.save(here / "backgrounds" / f"{name}.jpg", quality=85)
