"""Exercise: the capstone, a loss from a price list, its gradient and its decision."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.personal import Constant
from autograde.regimes import EIGHTH, elementwise, rejects, targets, with_errors

#: Prices and times of which no few of one kind balance a few of another exactly.
CITY = {"early": 1.0, "late": 3.7, "grace": 4.0, "ramp": 6.0}
VILLAGE = {"early": 2.0, "late": 5.3, "grace": 2.5, "ramp": 12.0}
SMALL = {"early": 1.5, "late": 4.0, "grace": 0.75, "ramp": 2.0}


def _priced(who, early, late, grace, ramp):
    if early <= 0 or late <= 0 or ramp <= 0 or grace < 0:
        raise ValueError(f"{who}: early, late and ramp must be positive and grace not negative")


def capstone_loss(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    """The part that rises and then goes straight is a Huber loss of the minutes beyond grace."""
    _priced("capstone_loss", early, late, grace, ramp)
    y_true, y_pred = (np.asarray(a, dtype=float) for a in (y_true, y_pred))
    beyond = np.maximum(y_true - y_pred, grace) - grace
    waiting = np.maximum(y_pred - y_true, 0.0)
    flat = np.zeros_like(beyond)
    rising = lossref.huber(flat, beyond, delta=ramp, reduction="none")
    return float(np.mean(early * waiting + late / ramp * rising))


def capstone_loss_grad(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _priced("capstone_loss_grad", early, late, grace, ramp)
    y_true, y_pred = (np.asarray(a, dtype=float) for a in (y_true, y_pred))
    beyond = np.maximum(y_true - y_pred, grace) - grace
    flat = np.zeros_like(beyond)
    rising = lossref.huber_grad(flat, beyond, delta=ramp, reduction="none")
    return (np.where(y_pred > y_true, early, 0.0) - late / ramp * rising) / y_pred.size


def capstone_promise(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    """The slope of the mean cost is straight between its breaks: walk along them to its zero."""
    _priced("capstone_promise", early, late, grace, ramp)
    y = np.sort(np.asarray(arrivals, dtype=float))
    breaks = np.unique(np.concatenate([y - grace - ramp, y - grace, y]))

    def pull(m, side):
        waiting = np.searchsorted(y, m, side=side)
        return early * waiting - late * np.sum(np.clip((y - m - grace) / ramp, 0.0, 1.0))

    for left, right in pairwise(breaks):
        first, last = pull(left, "right"), pull(right, "left")
        if first >= 0:
            return float(left)
        if last > 0:
            return float(left - first * (right - left) / (last - first))
    return float(breaks[-1])


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("capstone_loss", "capstone_loss_grad")
    drawn = elementwise(rng, *names, settings=(SMALL, SMALL | {"grace": 0.5, "late": 2.5}))
    for name, aspect in zip(names, ("value", "gradient")):
        # The error is y_pred - y_true: a parcel that is late has a negative one.
        for regime, minutes in (
            ("promises that were too long", [2.0, 11.5, 30.25, 7.0]),
            ("parcels late, within the grace", [-0.5, -2.0, -4.5, -3.125]),
            ("parcels late, on the ramp", [-6.0, -9.5, -14.25, -7.5]),
            ("parcels late, beyond the ramp", [-16.0, -40.5, -25.0, -19.25]),
            ("parcels of every kind", [8.0, -3.0, -11.0, -24.5, 0.25, -5.5]),
        ):
            shift = 1.0 + EIGHTH * rng.integers(-2, 3) / 4
            drawn.append(Probe(name, aspect, regime, with_errors(rng, np.array(minutes) * shift)))
        drawn += [
            Probe(name, aspect, "other prices", with_errors(rng, [3.0, -3.0, -8.5, -20.0]), CITY),
            Probe(
                name,
                "edges",
                "parcels exactly on time, and exactly at the ends of grace and ramp",
                with_errors(rng, [0.0, -5.0, -15.0, 2.0, -8.0]),
            ),
            Probe(
                name,
                "edges",
                "no grace at all",
                with_errors(rng, [0.0, -1.5, 3.0, -12.5]),
                {"grace": 0.0},
            ),
        ]
        for lost in (1e12, 1e200):
            y = targets(rng, 3)
            drawn += [
                Probe(
                    name,
                    "stability",
                    f"a parcel that comes {lost:.0e} minutes late",
                    (np.array([lost, *y]), np.array([10.0, *y + 1])),
                ),
                Probe(
                    name,
                    "stability",
                    f"a promise that is {lost:.0e} minutes too long",
                    (np.array([10.0, *y]), np.array([lost, *y - 6])),
                ),
            ]
        for parameter in ("early", "late", "ramp"):
            drawn += rejects(rng, (name,), parameter, (0.0, -1.0))
        drawn += rejects(rng, (name,), "grace", (-1.0,))
    return drawn + _promises(rng)


def _promises(rng: np.random.Generator) -> list[Probe]:
    def arrivals(n: int, reach: int) -> np.ndarray:
        return 30.0 + EIGHTH * rng.choice(np.arange(8 * reach), size=n, replace=False)

    def asked(regime: str, y: np.ndarray, kwargs=None, aspect: str = "decision") -> Probe:
        return Probe(
            "capstone_promise", aspect, regime, (y,), kwargs or {}, atol=1e-3, scaled=False, rtol=0
        )

    heavy = np.concatenate([arrivals(9, 20), 60.0 + EIGHTH * rng.integers(0, 800, size=2)])
    found = [
        asked("three arrivals", np.array([20.0, 31.0, 58.0]) + EIGHTH * rng.integers(0, 9)),
        asked("eleven arrivals within half an hour", arrivals(11, 30), CITY),
        asked("nine arrivals, other prices", arrivals(9, 45), VILLAGE),
        asked("a few parcels that come very late", rng.permutation(heavy), CITY),
        asked("no grace at all", arrivals(9, 40), CITY | {"grace": 0.0}),
        asked("a single arrival", arrivals(1, 30), CITY, "edges"),
        asked("arrivals no farther apart than the grace", arrivals(4, 3), CITY, "edges"),
        asked("whole minutes (dtype int64)", 20 + rng.permutation(40)[:7], VILLAGE, "edges"),
    ]
    for parameter, value in (("early", 0.0), ("late", -1.0), ("ramp", 0.0), ("grace", -1.0)):
        found.append(
            Probe(
                "capstone_promise",
                "edges",
                f"{parameter} = {value:g}, which is not allowed",
                (arrivals(3, 20),),
                {parameter: value},
                raises=ValueError,
            )
        )
    return found


# -- wrong answers -------------------------------------------------------------


def sides_swapped(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_pred - y_true
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def no_grace(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def grace_as_threshold(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.where(u > grace, u, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def no_ramp(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return np.mean(early * np.maximum(-u, 0) + late * np.maximum(u - grace, 0))


def ramp_without_end(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    return np.mean(early * np.maximum(-u, 0) + late / (2 * ramp) * v * v)


def last_price_for_all(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    return np.mean(early * np.maximum(-u, 0) + late * np.minimum(v / ramp, 1) * v)


def jump_after_the_ramp(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    bent = np.minimum(v, ramp)
    rising = np.where(v <= ramp, bent / ramp * bent / 2, v)
    return np.mean(early * np.maximum(-u, 0) + late * rising)


def early_is_free(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    v = np.maximum(y_true - y_pred - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(late * (bent / ramp * bent / 2 + straight))


def summed(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.sum(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def per_sample(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight)


def difference_of_squares(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    inner = np.maximum(u - grace, 0) ** 2
    outer = np.maximum(u - grace - ramp, 0) ** 2
    return np.mean(early * np.maximum(-u, 0) + late / (2 * ramp) * (inner - outer))


def any_price(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def grace_must_be_positive(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace > 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    return np.mean(early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight))


def grad_with_the_sign_turned(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return (late * np.clip((u - grace) / ramp, 0, 1) - early * (u < 0)) / u.size


def grad_of_the_sum(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return early * (u < 0) - late * np.clip((u - grace) / ramp, 0, 1)


def grad_early_at_zero(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return (early * (u <= 0) - late * np.clip((u - grace) / ramp, 0, 1)) / u.size


def grad_ramp_not_divided(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return (early * (u < 0) - late * np.clip(u - grace, 0, ramp)) / u.size


def grad_without_ramp(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return (early * (u < 0) - late * (u > grace)) / u.size


def grad_ramp_without_end(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    return (early * (u < 0) - late / ramp * np.maximum(u - grace, 0)) / u.size


def grad_cut_to_whole_numbers(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    u = y_true - y_pred
    grad = np.zeros_like(u)
    grad[u < 0] = early / u.size
    grad[u > grace] = -late * np.clip((u[u > grace] - grace) / ramp, 0, 1) / u.size
    return grad


def grad_any_price(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    u = y_true - y_pred
    return (early * (u < 0) - late * np.clip((u - grace) / ramp, 0, 1)) / u.size


def promise_the_mean(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    return np.mean(arrivals)


def promise_the_quantile(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    return np.quantile(arrivals, late / (early + late))


def promise_the_quantile_less_grace(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    return np.quantile(arrivals, late / (early + late)) - grace


def promise_of_one_of_them(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    y = np.sort(arrivals)
    u = y - y[:, None]
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    bill = early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight)
    return y[np.argmin(bill.mean(axis=1))]


def promise_in_whole_minutes(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    grid = np.arange(np.floor(np.min(arrivals) - grace - ramp), np.max(arrivals) + 1)
    u = arrivals - grid[:, None]
    v = np.maximum(u - grace, 0)
    straight = np.maximum(v - ramp, 0)
    bent = v - straight
    bill = early * np.maximum(-u, 0) + late * (bent / ramp * bent / 2 + straight)
    return grid[np.argmin(bill.mean(axis=1))]


def promise_the_largest(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    if not (early > 0 and late > 0 and grace >= 0 and ramp > 0):
        raise ValueError("prices")
    low, high = np.min(arrivals) - grace - ramp, np.max(arrivals) + 1.0
    for _ in range(100):
        m = (low + high) / 2
        rising = np.clip((arrivals - m - grace) / ramp, 0, 1)
        if early * np.mean(arrivals < m) - late * np.mean(rising) <= 0:
            low = m
        else:
            high = m
    return low


def promise_at_any_price(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    low, high = np.min(arrivals) - abs(grace) - abs(ramp), np.max(arrivals) + 1.0
    for _ in range(100):
        m = (low + high) / 2
        with np.errstate(all="ignore"):
            rising = np.clip((arrivals - m - grace) / ramp, 0, 1)
        if early * np.mean(arrivals < m) - late * np.mean(rising) < 0:
            low = m
        else:
            high = m
    return high


#: A promise 4 minutes too long, a parcel 7 minutes late and one 25 minutes late.
THREE = ([30.0, 37.0, 55.0], [34.0, 30.0, 30.0])
LATE = ([55.0], [30.0])
FIVE = [20.0, 24.0, 31.0, 38.0, 60.0]

EXERCISE = Exercise(
    slug="capstone_loss",
    title="Capstone: a loss for a promise",
    chapter="choosing",
    page="choosing/capstone",
    functions={
        "capstone_loss": capstone_loss,
        "capstone_loss_grad": capstone_loss_grad,
        "capstone_promise": capstone_promise,
    },
    points={"value": 3, "gradient": 3, "decision": 3, "edges": 2, "stability": 2},
    probes=probes,
    hints=(
        "The contract says what one more minute costs. Draw that price against the lateness "
        "first, from a promise that was far too long to a parcel that is far too late; the loss "
        "is the area below it.",
        "Beyond the grace the price rises in proportion and then stays: which loss of the book "
        "has such a slope, and what is its value on the ramp and after it? For the best promise, "
        "set the mean slope to zero; it never falls as the promise grows.",
        "The lines that people get wrong: the area of a triangle, the sign of the lateness in "
        "the gradient, and the search for the promise, which must stop at the first place where "
        "the slope is no longer negative.",
    ),
    misconceptions=(
        Misconception(
            "capstone_loss/swapped",
            "Early and late are exchanged",
            "capstone_loss",
            sides_swapped,
            "For one promise 4 minutes too long and parcels 7 and 25 minutes late you return {got}. "
            "Which of the three has the largest bill by the contract, and which by your function?",
            "Uses y_pred - y_true as the lateness.",
            "definition",
            THREE,
        ),
        Misconception(
            "capstone_loss/no-grace",
            "The grace is not used",
            "capstone_loss",
            no_grace,
            "For a parcel 4 minutes late you return {got}. How long is the grace, and what do "
            "minutes within it cost?",
            "Starts the ramp at zero lateness.",
            "definition",
            ([34.0], [30.0]),
        ),
        Misconception(
            "capstone_loss/threshold",
            "After the grace, the minutes within it are charged too",
            "capstone_loss",
            grace_as_threshold,
            "For a parcel 6 minutes late you return {got}, and 0 for one 5 minutes late. What does "
            "that one further minute cost by the contract?",
            "Charges u and not u - grace once the grace is over: the bill jumps.",
            "derivation",
            ([36.0], [30.0]),
        ),
        Misconception(
            "capstone_loss/no-ramp",
            "The full price begins right after the grace",
            "capstone_loss",
            no_ramp,
            "For a parcel 7 minutes late you return {got}. What does the seventh minute cost by the "
            "contract, if the ramp is 10 minutes long?",
            "late (u - grace): the ramp is left out.",
            "definition",
            ([37.0], [30.0]),
        ),
        Misconception(
            "capstone_loss/no-end",
            "The price goes on rising after the ramp",
            "capstone_loss",
            ramp_without_end,
            "For a parcel 25 minutes late you return {got}. What is the dearest minute that the "
            "contract knows?",
            "The square goes on: no limit to the price of a minute.",
            "definition",
            LATE,
        ),
        Misconception(
            "capstone_loss/last-price",
            "Every minute is charged at the price of the last one",
            "capstone_loss",
            last_price_for_all,
            "For a parcel 25 minutes late you return {got}. What did the minutes on the ramp cost, "
            "the first of them and the middle one?",
            "Price times minutes in place of the area under the price: a rectangle, no triangle.",
            "derivation",
            LATE,
        ),
        Misconception(
            "capstone_loss/jump",
            "The bill jumps where the ramp ends",
            "capstone_loss",
            jump_after_the_ramp,
            "For a parcel 16 minutes late you return {got}. What do you return for one 15 minutes "
            "late, and what may the minute between them cost?",
            "The straight piece starts from the end of the grace and not from where the ramp is.",
            "derivation",
            ([46.0], [30.0]),
        ),
        Misconception(
            "capstone_loss/early-free",
            "A promise that is too long costs nothing",
            "capstone_loss",
            early_is_free,
            "For a promise 4 minutes too long you return {got}. Which promise would be the best one "
            "under your loss, whatever the roads are like?",
            "Only lateness is priced; the minimum is at infinity.",
            "definition",
            ([30.0], [34.0]),
        ),
        Misconception(
            "capstone_loss/sum",
            "The bills are added up, not averaged",
            "capstone_loss",
            summed,
            "For one promise 4 minutes too long and parcels 7 and 25 minutes late you return {got}. "
            "What happens to your loss if every parcel is handed in twice?",
            "Missing 1/n.",
            "definition",
            THREE,
        ),
        Misconception(
            "capstone_loss/per-sample",
            "One number per parcel comes back",
            "capstone_loss",
            per_sample,
            "For one promise 4 minutes too long and parcels 7 and 25 minutes late you return {got}. "
            "Training needs one number to make smaller; how do you get from three to one?",
            "Leaves out the reduction.",
            "definition",
            THREE,
        ),
        Misconception(
            "capstone_loss/squares",
            "A lost parcel has no bill",
            "capstone_loss",
            difference_of_squares,
            "For a parcel 1e200 minutes late you return {got}. The bill is about {late}e200, which "
            "float64 can hold; which step on the way to it cannot?",
            "Right on paper: a difference of two squares. They overflow, or cancel before that.",
            "what-goes-wrong",
            ([1e200], [30.0]),
        ),
        Misconception(
            "capstone_loss/any-price",
            "Every price is accepted",
            "capstone_loss",
            any_price,
            "With early = -1, for a promise 4 minutes too long, you return {got}. What would a "
            "person who mistyped a price like to see instead?",
            "No check of the parameters; the loss becomes negative.",
            "definition",
            ([30.0], [34.0], -1.0),
        ),
        Misconception(
            "capstone_loss/grace-refused",
            "A contract without grace is refused",
            "capstone_loss",
            grace_must_be_positive,
            "With grace = 0 your function raises a ValueError. Which of the four parameters may be "
            "zero by the statement?",
            "grace > 0 where the statement allows zero.",
            "definition",
        ),
        Misconception(
            "capstone_loss_grad/sign",
            "The gradient points downhill",
            "capstone_loss_grad",
            grad_with_the_sign_turned,
            "For one promise 4 minutes too long and parcels 7 and 25 minutes late your gradient is "
            "{got}. If the first promise grows by a minute, does its bill rise or fall?",
            "Derivative with respect to the lateness: the inner derivative -1 is lost.",
            "derivation",
            THREE,
        ),
        Misconception(
            "capstone_loss_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "capstone_loss_grad",
            grad_of_the_sum,
            "For one promise 4 minutes too long and parcels 7 and 25 minutes late your gradient is "
            "{got}. The loss is a mean of three bills: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            THREE,
        ),
        Misconception(
            "capstone_loss_grad/on-time",
            "A promise that was kept to the minute is pulled",
            "capstone_loss_grad",
            grad_early_at_zero,
            "For a parcel exactly on time your gradient is {got}. What does a step against it do to "
            "a promise that costs nothing?",
            "<= where the statement says that the gradient is 0.",
            "what-goes-wrong",
            ([30.0], [30.0]),
        ),
        Misconception(
            "capstone_loss_grad/not-divided",
            "On the ramp the pull is minutes times price",
            "capstone_loss_grad",
            grad_ramp_not_divided,
            "For a parcel 25 minutes late your gradient is {got}. What is the dearest minute that "
            "the contract knows?",
            "Forgets to divide by the length of the ramp.",
            "derivation",
            LATE,
        ),
        Misconception(
            "capstone_loss_grad/no-ramp",
            "The pull jumps to the full price after the grace",
            "capstone_loss_grad",
            grad_without_ramp,
            "For a parcel 7 minutes late your gradient is {got}. What does the seventh minute cost, "
            "if the ramp is 10 minutes long and the grace is 5?",
            "A step where the contract has a ramp.",
            "derivation",
            ([37.0], [30.0]),
        ),
        Misconception(
            "capstone_loss_grad/no-end",
            "The pull goes on rising after the ramp",
            "capstone_loss_grad",
            grad_ramp_without_end,
            "For a parcel 65 minutes late your gradient is {got}. At which lateness does the price "
            "of a minute stop rising?",
            "The slope of the square, without its end.",
            "derivation",
            ([95.0], [30.0]),
        ),
        Misconception(
            "capstone_loss_grad/whole-numbers",
            "The gradient is cut to whole numbers",
            "capstone_loss_grad",
            grad_cut_to_whole_numbers,
            "For whole-number arrays, with one promise 3 minutes too long and a parcel 8 minutes "
            "late, your gradient is {got}. Which dtype has the array that you fill, and what can it "
            "hold between 0 and 1?",
            "np.zeros_like of an int64 array is an int64 array.",
            "what-goes-wrong",
            ([30, 38], [33, 30]),
        ),
        Misconception(
            "capstone_loss_grad/any-price",
            "Every price is accepted",
            "capstone_loss_grad",
            grad_any_price,
            "With early = -1, for a promise 4 minutes too long, your gradient is {got}. Where would "
            "training take such a promise?",
            "No check of the parameters in the gradient.",
            "definition",
            ([30.0], [34.0], -1.0),
        ),
        Misconception(
            "capstone_promise/mean",
            "The promise is the mean of the arrivals",
            "capstone_promise",
            promise_the_mean,
            "For arrivals after 20, 24, 31, 38 and 60 minutes you promise {got}. What would you "
            "promise if each late minute cost a hundred times as much?",
            "Ignores the prices: the decision of the squared error.",
            "derivation",
            (FIVE,),
        ),
        Misconception(
            "capstone_promise/quantile",
            "The promise is a quantile of the two prices",
            "capstone_promise",
            promise_the_quantile,
            "For arrivals after 20, 24, 31, 38 and 60 minutes you promise {got}. Does your promise "
            "change if the grace becomes an hour?",
            "late / (early + late): right without grace and ramp only.",
            "derivation",
            (FIVE,),
        ),
        Misconception(
            "capstone_promise/quantile-less-grace",
            "The promise is a quantile, less the grace",
            "capstone_promise",
            promise_the_quantile_less_grace,
            "For arrivals after 20, 24, 31, 38 and 60 minutes you promise {got}. What is the mean "
            "slope of the bill there, with the ramp counted?",
            "Treats the ramp as a step and the grace as a shift of every bill.",
            "derivation",
            (FIVE,),
        ),
        Misconception(
            "capstone_promise/one-of-them",
            "Only the arrivals themselves are tried",
            "capstone_promise",
            promise_of_one_of_them,
            "For arrivals after 30 and 100 minutes you promise {got}. What do promises of 31 and of "
            "92 minutes cost on average?",
            "The minimum of a piecewise curve need not be at a sample: the ramp is bent.",
            "what-goes-wrong",
            ([30.0, 100.0],),
        ),
        Misconception(
            "capstone_promise/whole-minutes",
            "Only whole minutes are tried",
            "capstone_promise",
            promise_in_whole_minutes,
            "For arrivals after 20, 31 and 58.5 minutes you promise {got}. What is the mean slope of "
            "the bill there, and in which direction does it still fall?",
            "A grid of whole minutes; the statement asks for a thousandth.",
            "what-goes-wrong",
            ([20.0, 31.0, 58.5],),
        ),
        Misconception(
            "capstone_promise/largest",
            "Of equally cheap promises the largest is given",
            "capstone_promise",
            promise_the_largest,
            "For a single arrival after 30 minutes you promise {got}. What would a promise of 27 "
            "minutes have cost, and which of the two does the statement ask for?",
            "<= in the search, where < stops at the first of the flat piece.",
            "definition",
            ([30.0],),
        ),
        Misconception(
            "capstone_promise/any-price",
            "Every price is accepted",
            "capstone_promise",
            promise_at_any_price,
            "With early = 0, for arrivals after 20, 24, 31, 38 and 60 minutes, you promise {got}. "
            "What would stop anybody from promising a week?",
            "No check of the parameters.",
            "definition",
            (FIVE, 0.0),
        ),
    ),
    success=(
        "Bill, slope and promise follow the contract: on both sides, within the grace, on the ramp "
        "and beyond it, for lost parcels and for whole minutes, and no price of zero gets through. "
        "Next door is your own cost."
    ),
    # The lateness stays far dearer, as the questions about the best promise expect.
    constants=(
        Constant(
            "early",
            1.0,
            tuple(n / 20 for n in range(12, 29) if n != 20),
            "price of a minute that a promise is too long",
        ),
        Constant(
            "late",
            4.0,
            tuple(n / 10 for n in range(31, 58) if n != 40),
            "price of a minute late, beyond the ramp",
        ),
    ),
)
