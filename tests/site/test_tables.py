"""Tables say what the records say."""

from __future__ import annotations

from html import unescape

import pytest
from lossbook import tables

import lossref


def rows(table) -> list[list[str]]:
    return [[cell.replace("<wbr>", "") for cell in row] for row in table.rows]


def test_elsewhere_has_one_row_per_name_with_its_factor():
    spec = lossref.spec("half_squared_error")
    found = rows(tables.elsewhere("half_squared_error"))
    assert len(found) == len(spec.names_elsewhere)
    for row, name in zip(found, spec.names_elsewhere, strict=True):
        assert name.call in unescape(row[1])
        assert (name.note or ("the same" if name.factor == 1.0 else "times")) in unescape(row[2])
    assert len(rows(tables.elsewhere("huber", "smooth_l1"))[0]) == 4


def test_elsewhere_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="no loss"):
        tables.elsewhere("hubert")
    with pytest.raises(ValueError, match="nothing"):
        tables.elsewhere()


@pytest.mark.parametrize("slug", [spec.slug for spec in lossref.specs()])
def test_a_card_for_every_loss(slug):
    spec, text = lossref.spec(slug), tables.card(slug)._repr_html_().replace("<wbr>", "")
    assert f"lossref.{slug}_grad" in text
    for param in spec.params:
        assert f"<code>{param.name}</code>" in text


def test_choices_and_batches_are_told():
    card = dict(rows(tables.card("ciou_loss")))
    assert card["<code>alpha</code>"] == "default differentiated; or detached"
    assert "Loss per sample" in card
    card = dict(rows(tables.card("supcon")))
    assert "embeddings[i]" in card["Loss of row <code>i</code>"]
    assert card["<code>labels</code>"] == "class labels"


def test_kinks_and_convexity_are_told_with_the_parameters_that_they_depend_on():
    card = dict(rows(tables.card("epsilon_insensitive")))
    assert card["Not differentiable at"] == "e = −0.1, e = 0.1 (with epsilon = 0.1)"
    assert dict(rows(tables.card("huber")))["Not differentiable at"] == "nowhere"
    assert "depends" in dict(rows(tables.card("barron")))["Convex in the prediction"]
    assert dict(rows(tables.card("tukey")))["Convex in the prediction"] == "no"
    assert "tie" in dict(rows(tables.card("batch_hard_triplet")))["Not differentiable at"]
    assert dict(rows(tables.card("crps_gaussian")))["Convex in <code>mean, std</code>"] == "yes"


def test_the_comparison_has_a_row_per_loss():
    assert len(tables.comparison().rows) == len(lossref.specs())
    assert [row[0] for row in tables.comparison("mse", "mae").rows] == [
        "<code>mse</code>", "<code>mae</code>"
    ]  # fmt: skip
