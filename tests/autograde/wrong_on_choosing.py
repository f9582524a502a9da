"""Wrong answers on choosing a loss that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np


def _terms_of_contract(early, late, grace, ramp):
    if early <= 0 or late <= 0 or ramp <= 0 or grace < 0:
        raise ValueError("contract")


def _bill(u, early, late, grace, ramp):
    v = np.maximum(u - grace, 0)
    inside = np.minimum(v, ramp)
    return early * np.maximum(-u, 0) + late * (inside / ramp * inside / 2 + (v - inside))


# -- capstone_loss -----------------------------------------------------------------


def capstone_loss__prices_exchanged(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(_bill(y_true - y_pred, late, early, grace, ramp))


def capstone_loss__grace_and_ramp_exchanged(
    y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0
):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(_bill(y_true - y_pred, early, late, ramp, max(grace, 1e-9)))


def capstone_loss__grace_inside_the_ramp(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(_bill(y_true - y_pred, early, late, grace, max(ramp - grace, 1e-9)))


def capstone_loss__median(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.median(_bill(y_true - y_pred, early, late, grace, ramp))


def capstone_loss__of_the_mean_lateness(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return _bill(np.mean(y_true - y_pred), early, late, grace, ramp)


def capstone_loss__half_for_all(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    v = np.maximum(u - grace, 0)
    inside = np.minimum(v, ramp)
    return np.mean(early * np.maximum(-u, 0) + late / 2 * (inside / ramp * inside + (v - inside)))


def capstone_loss__squares_when_early(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    with np.errstate(over="ignore"):
        return np.mean(_bill(np.maximum(u, 0), early, late, grace, ramp)) + early * np.mean(
            np.minimum(u, 0) ** 2
        )


def capstone_loss__grace_on_both_sides(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    u = np.where(u < 0, np.minimum(u + grace, 0), u)
    return np.mean(_bill(u, early, late, grace, ramp))


def capstone_loss__capped(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(np.minimum(_bill(y_true - y_pred, early, late, grace, ramp), 1e6))


def capstone_loss__whole_minutes(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(_bill(np.round(y_true - y_pred), early, late, grace, ramp))


def capstone_loss__fixed_ramp(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.mean(_bill(y_true - y_pred, early, late, grace, 10.0))


def capstone_loss__mean_over_the_late(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    bill = _bill(y_true - y_pred, early, late, grace, ramp)
    return bill.sum() / max(np.count_nonzero(bill), 1)


# -- capstone_loss_grad ------------------------------------------------------------


def capstone_loss_grad__of_the_first_axis(
    y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0
):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    return (early * (u < 0) - late * np.clip((u - grace) / ramp, 0, 1)) / len(u)


def capstone_loss_grad__late_at_the_start(
    y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0
):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    return (early * (u < 0) - late * np.clip(u / (grace + ramp), 0, 1)) / u.size


def capstone_loss_grad__half_on_time(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    return (early * np.heaviside(-u, 0.5) - late * np.clip((u - grace) / ramp, 0, 1)) / u.size


def capstone_loss_grad__silent_beyond(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    share = (u - grace) / ramp
    return (early * (u < 0) - late * np.where((share > 0) & (share <= 1), share, 0)) / u.size


def capstone_loss_grad__only_late(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    return -late * np.clip((u - grace) / ramp, 0, 1) / u.size


def capstone_loss_grad__summed(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    u = y_true - y_pred
    return np.mean(early * (u < 0) - late * np.clip((u - grace) / ramp, 0, 1))


def capstone_loss_grad__forward_difference(
    y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0
):
    _terms_of_contract(early, late, grace, ramp)
    u, h = y_true - y_pred, 1e-6
    now, then = (_bill(u - d, early, late, grace, ramp) for d in (0, h))
    return (then - now) / h / u.size


# -- capstone_promise --------------------------------------------------------------


def _search(arrivals, early, late, grace, ramp):
    low, high = np.min(arrivals) - grace - ramp, np.max(arrivals) + 1.0
    for _ in range(100):
        m = (low + high) / 2
        share = np.clip((arrivals - m - grace) / ramp, 0, 1)
        if early * np.mean(arrivals < m) - late * np.mean(share) < 0:
            low = m
        else:
            high = m
    return high


def capstone_promise__median(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.median(arrivals)


def capstone_promise__largest_arrival(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.max(arrivals)


def capstone_promise__prices_exchanged(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return _search(arrivals, late, early, grace, ramp)


def capstone_promise__no_grace(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return _search(arrivals, early, late, 0.0, ramp)


def capstone_promise__default_prices(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return _search(arrivals, 1.0, 4.0, grace, ramp)


def capstone_promise__the_bill_not_the_promise(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    m = _search(arrivals, early, late, grace, ramp)
    return np.mean(_bill(arrivals - m, early, late, grace, ramp))


def capstone_promise__rounded(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    return np.round(_search(arrivals, early, late, grace, ramp), 1)


def capstone_promise__few_steps_down(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    m = float(np.mean(arrivals))
    for _ in range(100):
        share = np.clip((arrivals - m - grace) / ramp, 0, 1)
        m -= 0.1 * (early * np.mean(arrivals < m) - late * np.mean(share))
    return m


def capstone_promise__middle_of_the_free(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _terms_of_contract(early, late, grace, ramp)
    if np.ptp(arrivals) <= grace:
        return (np.max(arrivals) - grace + np.min(arrivals)) / 2
    return _search(arrivals, early, late, grace, ramp)
