"""A real Chromium as a gridworker's phone or an officer's desk."""

import os
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import BrowserContext, Playwright, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 740}
MOBILE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
_FRAMES_PER_SECOND = 5
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def chromium() -> str | None:
    """Chromium from PATH; None = the one that Playwright brought itself."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def engine() -> str | None:
    """The same engine without the browser around it, where it is installed.

    It starts with a quarter of the CPU (0.5 instead of 2.2 s), which is most of what a test of one
    screen takes. What the browser itself does – storage, crashes, camera, times – asks `chromium`.
    """
    return shutil.which("chromium-headless-shell") or chromium()


def flags() -> list[str]:
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)


def filmed(pictures: Iterable[Path], film: Path) -> Path:
    """A film for the fake camera: each picture upright, 1280 x 960, a second long.

    Raw frames (YUV4MPEG2), few of them: decoding JPEGs thirty times a second takes a quarter of a
    core for as long as a camera is open.
    """
    wide, high = 1280, 960
    with film.open("wb") as out:
        out.write(b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg\n" % (wide, high, _FRAMES_PER_SECOND))
        for path in pictures:
            with Image.open(path) as image:
                upright = ImageOps.exif_transpose(image) or image
                whole = ImageOps.fit(upright.convert("RGB"), (wide, high)).convert("YCbCr")
            light, *colours = whole.split()
            planes = [light, *(one.resize((wide // 2, high // 2)) for one in colours)]
            frame = b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)
            out.write(frame * _FRAMES_PER_SECOND)
    return film


def launch_phone(
    playwright: Playwright,
    profile: str | Path,
    origin: str,
    camera: Path | None,
    executable: str | None,
    place: tuple[float, float] = (34.5790, 117.7580),
) -> BrowserContext:
    """A persistent profile at 360 x 740 with touch, position and the film as its camera."""
    film = [f"--use-file-for-fake-video-capture={camera}"] if camera else []
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=executable,
        args=[*flags(), *film],
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        locale="zh-CN",
        reduced_motion="reduce",
        timezone_id="Asia/Shanghai",
        geolocation={"latitude": place[0], "longitude": place[1], "accuracy": 12},
    )
    context.grant_permissions(["geolocation", "camera"], origin=origin)
    return context


def step_in(context: BrowserContext, origin: str, login: str, password: str) -> None:
    """As the door does it, without its page: the session is in this context's cookies."""
    who = {"login": login, "password": password, "device": "Chromium"}
    answer = context.request.post(f"{origin}/api/session", data=who, headers={"Origin": origin})
    assert answer.ok, answer.text()


def kill_browser(profile: str | Path) -> None:
    """SIGKILL every process of the browser that runs on this profile, as a flat battery would."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words:
            os.kill(int(command.parent.name), signal.SIGKILL)
