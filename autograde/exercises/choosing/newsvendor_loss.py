"""Exercise: the newsvendor loss, its gradient, and the order that it asks for."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, pair, rejects, targets, with_errors


def newsvendor_loss(y_true, y_pred, underage=1.0, overage=1.0):
    return lossref.newsvendor(y_true, y_pred, underage=underage, overage=overage)


def newsvendor_loss_grad(y_true, y_pred, underage=1.0, overage=1.0):
    return lossref.newsvendor_grad(y_true, y_pred, underage=underage, overage=overage)


def newsvendor_order(demand, underage, overage=1.0):
    if not (underage > 0 and overage > 0):
        raise ValueError("newsvendor_order: prices must be positive")
    # The slope just above an order is overage times the days it covers, less underage times the rest.
    for order in sorted(demand):
        covered = sum(d <= order for d in demand)
        if overage * covered >= underage * (len(demand) - covered):
            return float(order)
    raise AssertionError("unreachable: the largest demand covers every day")


SETTINGS = ({"underage": 3.0, "overage": 1.0}, {"underage": 0.5, "overage": 2.0}, {"underage": 4.0})


def days(rng, n):
    """Demands that all differ, in random order."""
    return rng.permutation(np.cumsum(rng.integers(1, 9, n)) * 2.0)


def probes(rng: np.random.Generator) -> list[Probe]:
    value, gradient, order = "newsvendor_loss", "newsvendor_loss_grad", "newsvendor_order"
    drawn = elementwise(rng, value, gradient, SETTINGS, 8.0)
    exact = targets(rng, 3)
    for name, aspect in ((value, "value"), (gradient, "gradient")):
        drawn += [
            Probe(
                name,
                aspect,
                "some orders exactly right",
                with_errors(rng, [-2.0, -0.5, 0.0, 0.0, 1.5]),
                {"underage": 3.0, "overage": 2.0},
            ),
            Probe(name, "edges", "all orders exactly right", pair(exact, np.zeros(3)), SETTINGS[0]),
        ]
    drawn += [
        Probe(order, "order", "ten days, underage 2", (days(rng, 10), 2.0)),
        Probe(
            order,
            "order",
            "seven days, underage 3, overage 2",
            (days(rng, 7), 3.0),
            {"overage": 2.0},
        ),
        Probe(order, "order", "nine days, too many is dear", (days(rng, 9), 1.0), {"overage": 4.0}),
        Probe(order, "order", "equal prices, an odd number of days", (days(rng, 5), 1.0)),
        Probe(order, "ties", "equal prices, an even number of days", (days(rng, 6), 1.0)),
        Probe(
            order, "ties", "eight days, underage 3: several orders are best", (days(rng, 8), 3.0)
        ),
        Probe(
            order,
            "ties",
            "days of equal demand",
            (rng.permutation([2.0, 2.0, 2.0, 5.0, 5.0, 8.0, 11.0]) + rng.integers(0, 4), 1.5),
        ),
        Probe(order, "edges", "one day", (days(rng, 1), 2.0)),
        Probe(order, "edges", "being short is very dear", (days(rng, 6), 1000.0)),
        Probe(order, "edges", "whole numbers (dtype int64)", (days(rng, 7).astype(np.int64), 2.0)),
        Probe(order, "edges", "an array that is not contiguous", (strided(days(rng, 6)), 2.5)),
    ]
    drawn += rejects(rng, (value, gradient), "underage", (0.0, -1.0))
    drawn += rejects(rng, (value, gradient), "overage", (0.0, -2.0))
    drawn += [
        Probe(
            order,
            "edges",
            f"{what} = {price:g}, which is not allowed",
            args,
            kwargs,
            raises=ValueError,
        )
        for what, price, args, kwargs in (
            ("underage", 0.0, (days(rng, 3), 0.0), {}),
            ("overage", -1.0, (days(rng, 3), 1.0), {"overage": -1.0}),
        )
    ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def prices_exchanged(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.mean(np.where(e > 0, underage * e, -overage * e))


def share_and_rest(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.mean(np.where(e > 0, overage * e, -underage * e)) / (underage + overage)


def too_many_is_free(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    return np.mean(underage * np.maximum(y_true - y_pred, 0))


def too_many_is_income(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.mean(np.where(e > 0, -overage * e, -underage * e))


def squares(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.mean(np.where(e > 0, overage, underage) * e * e)


def summed(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.sum(np.where(e > 0, overage * e, -underage * e))


def of_the_mean(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = np.mean(y_pred - y_true)
    return overage * e if e > 0 else -underage * e


def any_price(y_true, y_pred, underage=1.0, overage=1.0):
    e = y_pred - y_true
    return np.mean(np.where(e > 0, overage * e, -underage * e))


def grad_summed(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.where(e > 0, overage, np.where(e < 0, -underage, 0.0))


def grad_exchanged(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.where(e > 0, underage, np.where(e < 0, -overage, 0.0)) / e.size


def grad_downhill(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    return np.where(e > 0, -overage, np.where(e < 0, underage, 0.0)) / e.size


def grad_at_zero(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    return np.where(y_pred > y_true, overage, -underage) / y_pred.size


def grad_scaled(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    e = y_pred - y_true
    share = underage / (underage + overage)
    return np.where(e > 0, 1 - share, np.where(e < 0, -share, 0.0)) / e.size


def grad_whole_numbers(y_true, y_pred, underage=1.0, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    out = np.zeros_like(y_pred)
    out[y_pred > y_true] = overage / y_pred.size
    out[y_pred < y_true] = -underage / y_pred.size
    return out


def grad_any_price(y_true, y_pred, underage=1.0, overage=1.0):
    e = y_pred - y_true
    return np.where(e > 0, overage, np.where(e < 0, -underage, 0.0)) / e.size


def order_the_mean(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    return np.mean(demand)


def order_the_median(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    return np.sort(demand)[(len(demand) - 1) // 2]


def order_exchanged(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    k = int(np.ceil(overage * len(demand) / (underage + overage)))
    return np.sort(demand)[k - 1]


def order_between(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    return np.quantile(demand, underage / (underage + overage))


def order_one_more(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    k = int(np.floor(underage * len(demand) / (underage + overage)))
    return np.sort(demand)[min(k, len(demand) - 1)]


def order_one_less(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    k = int(np.floor(underage * len(demand) / (underage + overage)))
    return np.sort(demand)[max(k - 1, 0)]


def order_unsorted(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    k = int(np.ceil(underage * len(demand) / (underage + overage)))
    return demand[k - 1]


def order_by_ratio(demand, underage, overage=1.0):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")
    k = int(np.ceil(min(underage / overage, 1.0) * len(demand)))
    return np.sort(demand)[max(k, 1) - 1]


def order_for_any_price(demand, underage, overage=1.0):
    total = (underage + overage) or 1.0
    k = int(np.ceil(underage * len(demand) / total))
    return np.sort(demand)[min(max(k, 1), len(demand)) - 1]


SIDES = ([10.0, 10.0], [8.0, 13.0], 3.0)
ZERO = ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 3.0)
WEEK = ([5.0, 1.0, 2.0, 4.0, 9.0], 4.0)

EXERCISE = Exercise(
    slug="newsvendor_loss",
    title="Newsvendor loss",
    chapter="choosing",
    page="choosing/newsvendor",
    functions={
        "newsvendor_loss": newsvendor_loss,
        "newsvendor_loss_grad": newsvendor_loss_grad,
        "newsvendor_order": newsvendor_order,
    },
    points={"value": 2, "gradient": 2, "order": 2, "ties": 1, "edges": 1},
    probes=probes,
    hints=(
        "Say in words what a unit short costs and what a unit too many costs, and for a given order "
        "which days pay which price.",
        "The loss is two straight lines that meet at the demand. For the order: raise it from one "
        "day's demand to the next, and ask on how many days the extra unit is sold.",
        "The lines that people get wrong: the sign of demand minus order, the exact order that "
        "stands on neither line, and, for the order, a quantile that lies between two days.",
    ),
    misconceptions=(
        Misconception(
            "newsvendor_loss/exchanged",
            "The prices are exchanged",
            "newsvendor_loss",
            prices_exchanged,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. Which of the "
            "two has the dear price?",
            "Sign of the difference.",
            "definition",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/shares",
            "Prices are turned into shares",
            "newsvendor_loss",
            share_and_rest,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. In which "
            "unit is that, if prices are in euros?",
            "The quantile loss: the same minimiser, another unit.",
            "definition",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/free",
            "Too many costs nothing",
            "newsvendor_loss",
            too_many_is_free,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. How much "
            "would you order if only being short cost money?",
            "One of the two lines.",
            "definition",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/income",
            "Too many earns money",
            "newsvendor_loss",
            too_many_is_income,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. Can a price "
            "paid be negative?",
            "Signed difference on both sides.",
            "what-goes-wrong",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/squares",
            "The tenth unit too many is dearer than the first",
            "newsvendor_loss",
            squares,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. What does "
            "each of the three units cost?",
            "The expectile loss.",
            "definition",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/sum",
            "The days are summed",
            "newsvendor_loss",
            summed,
            "With underage 3, for two days, you return {got}. What does one day cost on average?",
            "Missing 1/n.",
            "definition",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/of-the-mean",
            "A day short is made good by a day with too many",
            "newsvendor_loss",
            of_the_mean,
            "With underage 3, for one order 2 short and one 3 too many, you return {got}. Do yesterday's "
            "newspapers help the customer of today?",
            "The price of the mean error.",
            "what-goes-wrong",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss/any-price",
            "Every price is accepted",
            "newsvendor_loss",
            any_price,
            "With underage -1, for an order 2 short, you return {got}. What would a person who "
            "mistyped a price like to see instead?",
            "No check.",
            "definition",
            ([10.0], [8.0], -1.0),
        ),
        Misconception(
            "newsvendor_loss_grad/sum",
            "It is the gradient of the sum",
            "newsvendor_loss_grad",
            grad_summed,
            "With underage 3, for two days, your gradient is {got}. The loss is a mean of two terms: "
            "how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss_grad/exchanged",
            "The prices are exchanged",
            "newsvendor_loss_grad",
            grad_exchanged,
            "With underage 3, for one order 2 short and one 3 too many, your gradient is {got}. Which "
            "of the two should be pulled harder?",
            "Signs right, prices not.",
            "derivation",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss_grad/downhill",
            "It points downhill",
            "newsvendor_loss_grad",
            grad_downhill,
            "With underage 3, for one order 2 short and one 3 too many, your gradient is {got}. If the "
            "first order rises a little, does the cost rise or fall?",
            "Derivative by the difference y - p.",
            "derivation",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss_grad/at-zero",
            "An exact order is pushed up",
            "newsvendor_loss_grad",
            grad_at_zero,
            "With underage 3 and errors of 1, 0 and -1 your gradient is {got}. What does the statement "
            "ask for at the order in the middle?",
            "Two cases where there are three.",
            "what-goes-wrong",
            ZERO,
        ),
        Misconception(
            "newsvendor_loss_grad/shares",
            "Prices are turned into shares",
            "newsvendor_loss_grad",
            grad_scaled,
            "With underage 3, for one order 2 short and one 3 too many, your gradient is {got}. By how "
            "much does the mean cost rise when the second order rises by 1?",
            "Gradient of the quantile loss.",
            "derivation",
            SIDES,
        ),
        Misconception(
            "newsvendor_loss_grad/whole-numbers",
            "The gradient is cut to whole numbers",
            "newsvendor_loss_grad",
            grad_whole_numbers,
            "For whole-number arrays with errors of 3 and -1 and underage 3 your gradient is {got}. "
            "Which dtype has the array that you fill?",
            "np.zeros_like of an int64 array.",
            "what-goes-wrong",
            ([0, 0], [3, -1], 3.0),
        ),
        Misconception(
            "newsvendor_loss_grad/any-price",
            "Every price is accepted",
            "newsvendor_loss_grad",
            grad_any_price,
            "With underage -1, for an order 2 short, your gradient is {got}. Where does a step against "
            "it lead?",
            "No check in the gradient.",
            "definition",
            ([10.0], [8.0], -1.0),
        ),
        Misconception(
            "newsvendor_order/mean",
            "It is the mean demand",
            "newsvendor_order",
            order_the_mean,
            "For demands 1, 2, 4, 5 and 9 with underage 4 and overage 1 you return {got}, whatever the "
            "prices. On how many of the five days would one unit more be sold?",
            "The answer of the squared error.",
            "derivation",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/median",
            "It is the median demand",
            "newsvendor_order",
            order_the_median,
            "For demands 1, 2, 4, 5 and 9 with underage 4 and overage 1 you return {got}, whatever the "
            "prices. On how many of the five days would one unit more be sold?",
            "The answer of the absolute error.",
            "derivation",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/exchanged",
            "The prices are exchanged",
            "newsvendor_order",
            order_exchanged,
            "For demands 1, 2, 4, 5 and 9 with underage 4 and overage 1 you return {got}. On how many "
            "of the five days is a customer sent home, at the dear price?",
            "The quantile overage / (underage + overage).",
            "derivation",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/between",
            "It lies between two days",
            "newsvendor_order",
            order_between,
            "For demands 1, 2, 4, 5 and 9 with underage 4 and overage 1 you return {got}. Compare its "
            "mean cost with that of 5: which is the smallest order of least cost?",
            "np.quantile interpolates.",
            "what-goes-wrong",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/largest",
            "Of several best orders the largest is taken",
            "newsvendor_order",
            order_one_more,
            "For demands 1, 2, 4, 5 and 9 with underage 4 and overage 1 you return {got}. What do "
            "orders of 5 and of 9 cost on average, and which of them is asked for?",
            "floor + 1 in place of ceil.",
            "by-hand",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/too-small",
            "It is one day too small",
            "newsvendor_order",
            order_one_less,
            "For demands 1, 2, 4, 5 and 9 with underage 2 and overage 1 you return {got}. What does one "
            "unit more cost on average?",
            "floor in place of ceil.",
            "by-hand",
            ([5.0, 1.0, 2.0, 4.0, 9.0], 2.0),
        ),
        Misconception(
            "newsvendor_order/unsorted",
            "Days are taken in the order in which they came",
            "newsvendor_order",
            order_unsorted,
            "For demands 5, 1, 2, 4 and 9 with underage 4 and overage 1 you return {got}. Does it "
            "matter on which weekday a demand occurred?",
            "The sort is missing.",
            "derivation",
            WEEK,
        ),
        Misconception(
            "newsvendor_order/ratio",
            "The ratio of the prices is taken for a share",
            "newsvendor_order",
            order_by_ratio,
            "For demands 1, 2, 4, 5 and 9 with underage 2 and overage 1 you return {got}. How often "
            "would you be short, and is that worth it?",
            "underage / overage, cut at 1.",
            "derivation",
            ([5.0, 1.0, 2.0, 4.0, 9.0], 2.0),
        ),
        Misconception(
            "newsvendor_order/any-price",
            "Every price is accepted",
            "newsvendor_order",
            order_for_any_price,
            "With underage -1, for demands 1, 2 and 4, you return {got}. What would a person who "
            "mistyped a price like to see instead?",
            "No check in the order.",
            "definition",
            ([1.0, 2.0, 4.0], -1.0),
        ),
    ),
    success=(
        "Both sides pay their own price, and the order is the smallest one that no unit more or less "
        "would improve. With prices for classes in place of amounts the same argument gives a threshold."
    ),
    kinks=lambda underage=1.0, overage=1.0: (0.0,),
)
