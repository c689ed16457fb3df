"""A process of its own that turns one photo into two small clean JPEGs; hostile bytes end here.

`python -m app.derivatives MAX_PIXELS` reads the original from stdin and writes to stdout, each
behind its length in 4 bytes: the thumb (320 px), the view (1600 px). Right way up, sRGB, no
metadata. Exit code 1 and one line on stderr: this photo cannot be shown.
"""

import io
import os
import struct
import sys

import pillow_heif
from PIL import ExifTags, Image, ImageCms

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SIZES = {"thumb": 320, "view": 1600}
_QUALITY = {"thumb": 72, "view": 82}
_MEMORY = 1536 * 1024 * 1024  # 50 MP as RGBA and once more, with the libraries
_CPU_SECONDS = 30
_SRGB = ImageCms.createProfile("sRGB")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def limit_myself() -> None:
    """Memory, CPU time and priority; a decoder that runs wild is killed, nobody else notices."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(10)


def render(original: bytes, max_pixels: int) -> list[bytes]:
    """The derivatives in the order of SIZES. Raises whatever the decoder raises."""
    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False)
    Image.MAX_IMAGE_PIXELS = max_pixels
    with Image.open(io.BytesIO(original), formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            message = f"{image.width} x {image.height} pixels"
            raise ValueError(message)
        image.draft(None, _fitted(image.size, SIZES["view"]))
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        profile = image.info.get("icc_profile")
        view = _in_srgb(_shrunk(_flat(image), SIZES["view"]), profile)
    if turn is not None:
        view = view.transpose(turn)
    return [_jpeg(_shrunk(view, SIZES[name]), _QUALITY[name]) for name in SIZES]


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """What a JPEG may be halved down to while it is decoded."""
    scale = min(1.0, longest / max(size))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _flat(image: Image.Image) -> Image.Image:
    """8 bits a channel, no palette, transparency on white; CMYK stays for its profile."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    return (_by_profile(image, profile) if profile else image).convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile costs the exact tint, not the photo
    return converted or image


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """Never enlarged; a copy without anything that the file said about itself."""
    small = image.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small.info.clear()
    return small


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def main() -> int:
    limit_myself()
    try:
        pictures = render(sys.stdin.buffer.read(), int(sys.argv[1]))
    except Exception as error:  # noqa: BLE001 - hostile bytes: a decoder may raise anything
        sys.stderr.write(f"{type(error).__name__}: {error}"[:300])
        return 1
    for picture in pictures:
        sys.stdout.buffer.write(struct.pack(">I", len(picture)) + picture)
    return 0


def parse(output: bytes) -> dict[str, bytes]:
    """What the process wrote, by name."""
    pictures, start = {}, 0
    for name in SIZES:
        (length,) = struct.unpack_from(">I", output, start)
        pictures[name] = output[start + 4 : start + 4 + length]
        start += 4 + length
    return pictures


if __name__ == "__main__":
    sys.exit(main())
