"""Augmentation: what training pictures become, drawn anew whenever they are taken.

A step takes pictures [N, C, H, W] of numbers from 0 to 1 and draws for each of them by
itself. What is drawn is PyTorch's, by the distributions that Netloom draws by.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def uniform(x: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """A number for each picture."""
    return low + (high - low) * torch.rand(len(x))


def evenly_in_ratio(x: Tensor, low: float, high: float) -> Tensor:
    """A number for each picture: twice as much as often as half as much."""
    return uniform(x, math.log(low), math.log(high)).exp()


def whole(x: Tensor, count: Tensor | int) -> Tensor:
    """A whole number from 0 to below a count, for each picture."""
    return (uniform(x) * count).floor().long()


def happens(x: Tensor, chance: float) -> Tensor:
    """Which pictures it is done to, over all of their pixels."""
    return (uniform(x) < chance).reshape(-1, 1, 1, 1)


def each(values: Tensor) -> Tensor:
    """One number for each picture, over all of its pixels."""
    return values.reshape(-1, 1, 1, 1)


def grey(x: Tensor) -> Tensor:
    """[N, 1, H, W]; of pictures that are not RGB the mean of the channels."""
    if x.shape[1] != 3:
        return x.mean(1, keepdim=True)
    red, green, blue = x.split(1, dim=1)
    return 0.2989 * red + 0.587 * green + 0.114 * blue


def blended(x: Tensor, level: Tensor | float, factor: Tensor) -> Tensor:
    """So much of a picture, and the rest of a level."""
    return (each(factor) * x + (1 - each(factor)) * level).clamp(0, 1)


def moved(x: Tensor, rows: Tensor, columns: Tensor, fill: float = 0.0) -> Tensor:
    """Each pixel from a row [N, H] and a column [N, W]; outside lies `fill`."""
    count, channels, height, width = x.shape
    is_row = (rows >= 0) & (rows < height)
    is_column = (columns >= 0) & (columns < width)
    inside = is_row[:, None, :, None] & is_column[:, None, None, :]
    starts = rows.clamp(0, height - 1)[:, :, None] * width
    at = (starts + columns.clamp(0, width - 1)[:, None, :]).reshape(count, 1, -1)
    taken = x.flatten(2).gather(2, at.expand(-1, channels, -1)).reshape(x.shape)
    return torch.where(inside, taken, x.new_tensor(fill))


def warped(x: Tensor, matrix: Tensor, fill: float) -> Tensor:
    """Each pixel from where a matrix [N, 2, 2] takes its (x, y) from the middle."""
    height, width = x.shape[2:]
    ratios = x.new_tensor([[1.0, height / width], [width / height, 1.0]])
    grid = F.affine_grid(F.pad(matrix * ratios, (0, 1)), x.shape, align_corners=False)
    return F.grid_sample(x - fill, grid, align_corners=False) + fill


def between(count: int, sizes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Which two of so many places each of `count` lies between, and how near the second."""
    ends = sizes[:, None]
    at = ((torch.arange(count) + 0.5) * ends / count - 0.5).clamp(min=0)
    first = at.floor().long().minimum(ends - 1)
    return first, (first + 1).minimum(ends - 1), at - first


def enlarged(
    x: Tensor, top: Tensor, left: Tensor, tall: Tensor, wide: Tensor
) -> Tensor:
    """Rectangles of pictures made as large as the pictures are."""
    height, width = x.shape[2:]
    above, below, down = between(height, tall)
    before, after, right = between(width, wide)

    def corner(rows: Tensor, columns: Tensor) -> Tensor:
        return moved(x, rows + top[:, None], columns + left[:, None])

    share = right[:, None, None, :]
    upper = torch.lerp(corner(above, before), corner(above, after), share)
    lower = torch.lerp(corner(below, before), corner(below, after), share)
    return torch.lerp(upper, lower, down[:, None, :, None])


def rectangle(x: Tensor, sides: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    """Which pixels lie from a top to a bottom and from a left to a right: [N, 1, H, W]."""
    top, bottom, left, right = (each(side) for side in sides)
    rows = torch.arange(x.shape[2])[:, None]
    columns = torch.arange(x.shape[3])
    return (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
