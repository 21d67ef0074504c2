"""Fingers of nobody: ridge pictures grown from a number, good enough for a minutiae finder.

An orientation field with one core and one delta (Sherlock and Monro's zero-pole model), and noise that is filtered
along it until it has become ridges.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from drivers.fingerprint.image import HEIGHT, WIDTH, FingerprintImage

Grey = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

MARGIN = 40  # pixels around the sensor's view, so that a finger may be shifted and turned
RIDGE_PERIOD = 9.0  # pixels at 500 dpi: the mean of adult fingers is about 0.46 mm
DIRECTIONS = 24
ROUNDS = 10  # measured: ridges are closed after 6 to 8
KERNEL = 21
SIGMA = 3.6
GLASS = 245  # grey of the empty sensor


def finger(
    seed: int, shift: tuple[int, int] = (0, 0), turn_degrees: float = 0.0, noise: float = 0.0, noise_seed: int = 0
) -> FingerprintImage:
    """The finger of that number as it lies on the glass this time. ``noise``: standard deviation in grey steps."""
    whole = _ridges(seed)
    height, width = whole.shape
    move = cv2.getRotationMatrix2D((width / 2, height / 2), turn_degrees, 1.0)
    move[:, 2] += shift
    laid = cv2.warpAffine(whole, move, (width, height), flags=cv2.INTER_LINEAR, borderValue=GLASS)
    seen = laid[MARGIN : MARGIN + HEIGHT, MARGIN : MARGIN + WIDTH].astype(np.float32)
    seen += np.random.default_rng(noise_seed).normal(0.0, noise, seen.shape) if noise else 0.0
    pixels: Grey = np.clip(seen, 0, 255).astype(np.uint8)
    return FingerprintImage(WIDTH, HEIGHT, pixels.tobytes())


@lru_cache(maxsize=64)
def _ridges(seed: int) -> Grey:
    chance = np.random.default_rng(seed)
    shape = (HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN)
    angle = _orientation(chance, shape)
    bank = [_along(np.pi * k / DIRECTIONS) for k in range(DIRECTIONS)]
    nearest = np.round(angle / np.pi * DIRECTIONS).astype(np.int64) % DIRECTIONS
    ridges: Field = chance.normal(0.0, 1.0, shape).astype(np.float32)
    for _ in range(ROUNDS):
        grown = np.zeros(shape, np.float32)
        for k, kernel in enumerate(bank):
            grown = np.where(nearest == k, cv2.filter2D(ridges, cv2.CV_32F, kernel), grown)
        ridges = np.tanh(grown * 3.0).astype(np.float32)
    return _pressed(ridges, shape)


def _orientation(chance: np.random.Generator, shape: tuple[int, int]) -> Field:
    """Angle of the ridges in [0, pi): a loop, whose core and delta lie elsewhere in each finger."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    height, width = shape
    core = (width * chance.uniform(0.42, 0.58), height * chance.uniform(0.38, 0.5))
    side = chance.choice((-1, 1))
    delta = (width * (0.5 + side * chance.uniform(0.22, 0.34)), height * chance.uniform(0.72, 0.85))
    angle = 0.5 * (np.arctan2(y - core[1], x - core[0]) - np.arctan2(y - delta[1], x - delta[0])) + np.pi / 2
    waves = np.zeros(shape, np.float32)
    for phase in chance.uniform(0, 2 * np.pi, 4):
        across, down = chance.uniform(-0.025, 0.025, 2)  # a wave in 250 pixels or more: ridges bend, they do not break
        waves += chance.uniform(-0.16, 0.16) * np.sin(x * across + y * down + phase)
    turned: Field = np.mod(angle + waves + chance.uniform(-0.2, 0.2), np.pi).astype(np.float32)
    return turned


def _along(angle: float) -> Field:
    """Passes ridges that run in that direction."""
    kernel = cv2.getGaborKernel((KERNEL, KERNEL), SIGMA, angle + np.pi / 2, RIDGE_PERIOD, 1.0, 0.0)
    flat: Field = (kernel - kernel.mean()).astype(np.float32)
    return flat / np.float32(np.abs(flat).sum())


def _pressed(ridges: Field, shape: tuple[int, int]) -> Grey:
    """Dark ridges within the oval that touches the glass."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    reach = np.hypot((x - shape[1] / 2) / (WIDTH * 0.47), (y - shape[0] / 2) / (HEIGHT * 0.48))
    touch = np.clip((1.0 - reach) * 12.0, 0.0, 1.0)
    smooth = cv2.GaussianBlur(ridges, (0, 0), 0.8)
    inked: Grey = (GLASS - touch * (110.0 + 100.0 * smooth)).clip(0, 255).astype(np.uint8)
    return inked
