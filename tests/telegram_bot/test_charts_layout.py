"""Words stand inside the picture, however long they are, and panels never lie on each other."""

from __future__ import annotations

import pytest

from bot_service.domain.tastes import Theme
from bot_service.telegram_bot.charts.canvas import drawn, dress, figure_of, panels_of
from bot_service.telegram_bot.charts.layout import Row, settle

NAMES = ("x", "Emas di pagi hari", "Bot dengan nama panjang (1234)")


@pytest.fixture
def picture():
    """A figure with a pair of panels above a single one, settled."""
    figure, palette = figure_of(Theme.LIGHT, 5.0)
    left, right, below = panels = panels_of(figure, 3)
    for axes in panels:
        dress(axes, palette, "Judul")
        axes.plot([0, 1], [9_990, 123_456_789])
    below.set_yticks([0, 60_000_000, 120_000_000], NAMES)
    settle(figure, [Row((left, right), 2.5), Row((below,), 2.5)], inset=0.2)
    drawn(figure)
    return figure, panels


def test_every_word_stands_inside_the_picture(picture):
    figure, panels = picture
    width, height = figure.canvas.get_width_height()
    for axes in panels:
        shown = [
            label
            for axis in (axes.xaxis, axes.yaxis)
            for place, label in zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
            if min(axis.get_view_interval()) <= place <= max(axis.get_view_interval())
        ]
        assert len(shown) > 5
        for label in shown:
            box = label.get_window_extent()
            assert box.x0 >= 0.2 * figure.dpi - 1, label
            assert box.x1 <= width - 0.1 * figure.dpi, label
            assert 0 <= box.y0 <= box.y1 <= height


def test_panels_and_their_words_never_lie_on_each_other(picture):
    _figure, (left, right, below) = picture
    boxes = [axes.get_tightbbox() for axes in (left, right, below)]
    for number, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[number + 1 :])


def test_a_panel_without_words_beside_it_takes_the_whole_width():
    figure, _palette = figure_of(Theme.DARK, 3.0)
    bare, full = panels_of(figure, 2)
    bare.axis("off")
    full.plot([0, 1], [1_000_000, 2_000_000])
    settle(figure, [Row((bare,), 0.5), Row((full,), 2.5)])
    assert bare.get_position().x0 < full.get_position().x0
