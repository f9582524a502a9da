"""Wrong answers on choosing a loss that no record knows. All of them must fail."""

from __future__ import annotations

import itertools

import numpy as np


def _logs(z):
    z = np.asarray(z, float)
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)


# -- sequence_cross_entropy ------------------------------------------------------------


def _costs(labels, logits, mask):
    z = _logs(np.where(mask[..., None] == 1, logits, 0))
    y = np.where(mask == 1, labels, 0)
    return -np.take_along_axis(z, y[..., None], -1)[..., 0] * mask


def sequence_cross_entropy__first_sequence(labels, logits, mask):
    return _costs(labels, logits, mask)[0].sum() / mask[0].sum()


def sequence_cross_entropy__longest_sequence(labels, logits, mask):
    return _costs(labels, logits, mask).sum() / (mask.sum(axis=1).max() * len(mask))


def sequence_cross_entropy__one_less(labels, logits, mask):
    return _costs(labels, logits, mask).sum() / max(mask.sum() - 1, 1)


def sequence_cross_entropy__last_tokens(labels, logits, mask):
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    return _costs(labels, logits, mask)[np.arange(len(mask)), last].mean()


def sequence_cross_entropy__shifted_labels(labels, logits, mask):
    return (
        _costs(np.roll(np.where(mask == 1, labels, 0), -1, axis=1), logits, mask).sum() / mask.sum()
    )


def sequence_cross_entropy__mask_turned(labels, logits, mask):
    z = _logs(np.where(np.isfinite(logits), logits, 0))
    y = np.clip(labels, 0, None)
    costs = -np.take_along_axis(z, y[..., None], -1)[..., 0]
    return (costs * (1 - mask)).sum() / max((1 - mask).sum(), 1)


def sequence_cross_entropy__contiguous_prefix(labels, logits, mask):
    length = mask.sum(axis=1, keepdims=True)
    prefix = (np.arange(mask.shape[1]) < length).astype(int)
    return _costs(labels, logits, prefix).sum() / prefix.sum()


def sequence_cross_entropy__median(labels, logits, mask):
    return np.median(_costs(labels, logits, mask)[mask == 1])


def sequence_cross_entropy__softmax_over_time(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0) * 1.0
    z = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    y = np.where(mask == 1, labels, 0)
    return (-np.take_along_axis(z, y[..., None], -1)[..., 0] * mask).sum() / mask.sum()


def sequence_cross_entropy__clipped(labels, logits, mask):
    return np.minimum(_costs(labels, logits, mask), 2.0).sum() / mask.sum()


def sequence_cross_entropy__ten_as_base(labels, logits, mask):
    return _costs(labels, logits, mask).sum() / mask.sum() / np.log(10)


def sequence_cross_entropy_grad__half(labels, logits, mask):
    p = np.exp(_logs(np.where(mask[..., None] == 1, logits, 0)))
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) * mask[..., None] / mask.sum() / 2


def sequence_cross_entropy_grad__batch(labels, logits, mask):
    p = np.exp(_logs(np.where(mask[..., None] == 1, logits, 0)))
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) * mask[..., None] / len(mask)


def sequence_cross_entropy_grad__tokens_only(labels, logits, mask):
    tokens = mask == 1
    p = np.exp(_logs(logits[tokens]))
    hot = labels[tokens][:, None] == np.arange(logits.shape[-1])
    return (p - hot) / mask.sum()


def mean_of_sequences__weighted_back(labels, logits, mask):
    means = _costs(labels, logits, mask).sum(axis=1) / mask.sum(axis=1)
    return (means * mask.sum(axis=1)).sum()


def mean_of_sequences__worst(labels, logits, mask):
    return (_costs(labels, logits, mask).sum(axis=1) / mask.sum(axis=1)).max()


# -- ctc_forward ------------------------------------------------------------------------


def _forward(labels, log_probs, blank=0, jump=lambda a, b: a != b, start=2, end=2):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:start] = log_probs[0, path[:start]]
    for row in log_probs[1:]:
        b = a.copy()
        b[1:] = np.logaddexp(b[1:], a[:-1])
        for s in range(3, len(path), 2):
            if jump(path[s], path[s - 2]):
                b[s] = np.logaddexp(b[s], a[s - 2])
        a = b + row[path]
    return -np.logaddexp.reduce(a[-end:])


def ctc_forward__per_frame(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank) / len(log_probs)


def ctc_forward__jumps_upwards_only(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank, lambda a, b: a > b)


def ctc_forward__any_start(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank, start=len(labels) * 2 + 1)


def ctc_forward__any_end(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank, end=len(labels) * 2 + 1)


def ctc_forward__last_frame_left_out(labels, log_probs, blank=0):
    return _forward(labels, log_probs[:-1] if len(log_probs) > 1 else log_probs, blank)


def ctc_forward__first_frame_twice(labels, log_probs, blank=0):
    return _forward(labels, np.vstack([log_probs[:1], log_probs]), blank)


def ctc_forward__as_a_set(labels, log_probs, blank=0):
    return _forward(np.sort(labels), log_probs, blank)


def ctc_forward__repeats_dropped(labels, log_probs, blank=0):
    return _forward(np.array([k for k, _ in itertools.groupby(labels)], int), log_probs, blank)


def ctc_forward__large_for_impossible(labels, log_probs, blank=0):
    return min(_forward(labels, log_probs, blank), 1e5)


def ctc_forward__zero_for_impossible(labels, log_probs, blank=0):
    value = _forward(labels, log_probs, blank)
    return value if np.isfinite(value) else 0.0


def ctc_forward__probability(labels, log_probs, blank=0):
    return np.exp(-_forward(labels, log_probs, blank))


def ctc_forward__in_bits(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank) / np.log(2)


def ctc_forward__cross_entropy_of_the_first_frames(labels, log_probs, blank=0):
    n = min(len(labels), len(log_probs))
    return -log_probs[np.arange(n), labels[:n]].sum()


def ctc_forward__guarded(labels, log_probs, blank=0):
    return -np.log(np.exp(-_forward(labels, log_probs, blank)) + 1e-12)


def ctc_forward__not_the_empty(labels, log_probs, blank=0):
    return _forward(labels, log_probs, blank) if len(labels) else np.inf


# -- ranknet ----------------------------------------------------------------------------


def _parts(relevance, scores):
    above = relevance[:, None] > relevance
    gap = (scores[:, None] - scores) * 1.0
    return above, gap, max(above.sum(), 1)


def ranknet__half(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.logaddexp(0, -d) * m).sum() / n / 2


def ranknet__in_bits(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.logaddexp(0, -d) * m).sum() / n / np.log(2)


def ranknet__steeper(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.logaddexp(0, -2 * d) * m).sum() / n


def ranknet__accuracy(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return ((d < 0) & m).sum() / n


def ranknet__exponential(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.exp(-np.clip(d, -50, 50)) * m).sum() / n


def ranknet__worst_pair(relevance, scores):
    m, d, _ = _parts(relevance, scores)
    return (np.logaddexp(0, -d) * m).max()


def ranknet__best_item_only(relevance, scores):
    m, d, _ = _parts(relevance, scores)
    m[relevance < relevance.max()] = False
    return (np.logaddexp(0, -d) * m).sum() / max(m.sum(), 1)


def ranknet__ties_at_one_half(relevance, scores):
    m, d, _ = _parts(relevance, scores)
    tied = (relevance[:, None] == relevance) & ~np.eye(len(scores), dtype=bool)
    both = np.logaddexp(0, -d) * (m + tied / 2)
    return both.sum() / max((m + tied / 2).sum(), 1)


def ranknet__clipped(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.minimum(np.logaddexp(0, -d), 36.0) * m).sum() / n


def ranknet__by_place(relevance, scores):
    return _mean(np.logaddexp(0, -(scores[:-1] - scores[1:])))


def _mean(x):
    return x.mean() if x.size else 0.0


def ranknet_grad__steeper(relevance, scores):
    m, d, n = _parts(relevance, scores)
    g = np.exp(-np.logaddexp(0, 2 * d)) * m
    return (g.sum(axis=0) - g.sum(axis=1)) / n


def ranknet_grad__signs(relevance, scores):
    m, d, n = _parts(relevance, scores)
    g = (d <= 0) * m * 1.0
    return (g.sum(axis=0) - g.sum(axis=1)) / n


def ranknet_grad__worse_only(relevance, scores):
    m, d, n = _parts(relevance, scores)
    return (np.exp(-np.logaddexp(0, d)) * m).sum(axis=0) / n


def ranknet_grad__doubled(relevance, scores):
    m, d, n = _parts(relevance, scores)
    g = np.exp(-np.logaddexp(0, d)) * m
    return 2 * (g.sum(axis=0) - g.sum(axis=1)) / n


# -- listnet ----------------------------------------------------------------------------


def listnet__half(relevance, scores):
    return -(np.exp(_logs(relevance)) * _logs(scores)).sum(axis=1).mean() / 2


def listnet__squares(relevance, scores):
    return ((np.exp(_logs(relevance)) - np.exp(_logs(scores))) ** 2).sum(axis=1).mean()


def listnet__in_bits(relevance, scores):
    return -(np.exp(_logs(relevance)) * _logs(scores)).sum(axis=1).mean() / np.log(2)


def listnet__power_of_two(relevance, scores):
    return -(np.exp(_logs(relevance * np.log(2))) * _logs(scores)).sum(axis=1).mean()


def listnet__first_list(relevance, scores):
    return -(np.exp(_logs(relevance)) * _logs(scores))[0].sum()


def listnet__worst_list(relevance, scores):
    return -(np.exp(_logs(relevance)) * _logs(scores)).sum(axis=1).min()


def listnet__warm(relevance, scores):
    return -(np.exp(_logs(relevance / 2)) * _logs(scores)).sum(axis=1).mean()


def listnet__drawn_order(relevance, scores):
    total = 0.0
    for r, s in zip(relevance, scores, strict=True):
        z = s[np.argsort(-r, kind="stable")]
        total += sum(np.logaddexp.reduce(z[k:] * 1.0) - z[k] for k in range(len(z)))
    return total / len(scores)


def listnet__equal_shares(relevance, scores):
    return -_logs(scores).mean()


def listnet__binary(relevance, scores):
    q = np.exp(_logs(relevance))
    return (np.logaddexp(0, scores) - q * scores).sum(axis=1).mean()


def listnet__without_the_logarithm(relevance, scores):
    return -(np.exp(_logs(relevance)) * np.exp(_logs(scores))).sum(axis=1).mean()


def listnet_grad__half(relevance, scores):
    return (np.exp(_logs(scores)) - np.exp(_logs(relevance))) / len(scores) / 2


def listnet_grad__by_the_relevances(relevance, scores):
    q, b = np.exp(_logs(relevance)), _logs(scores)
    return -q * (b - (q * b).sum(axis=1, keepdims=True)) / len(scores)


def listnet_grad__scores_alone(relevance, scores):
    return np.exp(_logs(scores)) / len(scores)


def listnet_grad__centred_differences(relevance, scores):
    d = scores - relevance
    return (d - d.mean(axis=1, keepdims=True)) / len(scores)


# -- distillation -----------------------------------------------------------------------


def _hot(temperature):
    if temperature <= 0:
        raise ValueError("must be positive")


def _two(t, z, temperature):
    _hot(temperature)
    return _logs(t / temperature), _logs(z / temperature)


def distillation__half(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**2 * (np.exp(a) * (a - b)).sum(axis=1).mean() / 2


def distillation__in_bits(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**2 * (np.exp(a) * (a - b)).sum(axis=1).mean() / np.log(2)


def distillation__squares_of_the_logits(teacher_logits, logits, temperature=2.0):
    _hot(temperature)
    d = logits - teacher_logits
    return (d * d).mean()


def distillation__squares_of_probabilities(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**2 * ((np.exp(a) - np.exp(b)) ** 2).sum(axis=1).mean()


def distillation__both_directions(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**2 * ((np.exp(a) - np.exp(b)) * (a - b)).sum(axis=1).mean()


def distillation__jensen_shannon(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    m = np.logaddexp(a, b) - np.log(2)
    return temperature**2 * (np.exp(a) * (a - m) + np.exp(b) * (b - m)).sum(axis=1).mean() / 2


def distillation__hard_labels(teacher_logits, logits, temperature=2.0):
    _, b = _two(teacher_logits, logits, temperature)
    return -(temperature**2) * b[np.arange(len(b)), teacher_logits.argmax(axis=1)].mean()


def distillation__divided(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return (np.exp(a) * (a - b)).sum(axis=1).mean() / temperature**2


def distillation__default_only(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    a, b = _logs(teacher_logits / 2.0), _logs(logits / 2.0)
    return 4 * (np.exp(a) * (a - b)).sum(axis=1).mean()


def distillation__root(teacher_logits, logits, temperature=2.0):
    _hot(temperature)
    a, b = _two(teacher_logits, logits, np.sqrt(temperature))
    return temperature**2 * (np.exp(a) * (a - b)).sum(axis=1).mean()


def distillation__first_sample(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**2 * (np.exp(a) * (a - b))[0].sum()


def distillation_grad__by_the_teacher(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    p, d = np.exp(a), a - b
    return temperature * p * (d - (p * d).sum(axis=1, keepdims=True)) / len(p)


def distillation_grad__half(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature * (np.exp(b) - np.exp(a)) / len(b) / 2


def distillation_grad__other_direction(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    q, d = np.exp(b), b - a
    return temperature * q * (d - (q * d).sum(axis=1, keepdims=True)) / len(q)


def distillation_grad__cubed(teacher_logits, logits, temperature=2.0):
    a, b = _two(teacher_logits, logits, temperature)
    return temperature**3 * (np.exp(b) - np.exp(a)) / len(b)


# -- crps_ensemble -----------------------------------------------------------------------


def _terms(y, x):
    return np.abs(x - y[:, None]), np.abs(x[:, :, None] - x[:, None, :])


def _signs(y, x):
    return np.sign(x - y[:, None]), np.sign(x[:, :, None] - x[:, None, :]).mean(axis=2)


def crps_ensemble__halved(y_true, ensemble):
    a, b = _terms(y_true, ensemble)
    return a.mean() / 2 - b.mean() / 4


def crps_ensemble__median(y_true, ensemble):
    return np.abs(np.median(ensemble, axis=1) - y_true).mean()


def crps_ensemble__neighbours(y_true, ensemble):
    a, _ = _terms(y_true, ensemble)
    return a.mean() - np.abs(np.diff(np.sort(ensemble, axis=1), axis=1)).sum() / a.size / 2


def crps_ensemble__standard_deviation(y_true, ensemble):
    return _terms(y_true, ensemble)[0].mean() - ensemble.std(axis=1).mean() / 2


def crps_ensemble__closest_member(y_true, ensemble):
    return _terms(y_true, ensemble)[0].min(axis=1).mean()


def crps_ensemble__first_forecast(y_true, ensemble):
    a, b = _terms(y_true[:1], ensemble[:1])
    return a.mean() - b.mean() / 2


def crps_ensemble__worst_forecast(y_true, ensemble):
    a, b = _terms(y_true, ensemble)
    return (a.mean(axis=1) - b.mean(axis=(1, 2)) / 2).max()


def crps_ensemble__negative(y_true, ensemble):
    a, b = _terms(y_true, ensemble)
    return b.mean() / 2 - a.mean()


def crps_ensemble__root(y_true, ensemble):
    a, b = _terms(y_true, ensemble)
    return np.sqrt(max(a.mean() - b.mean() / 2, 0))


def crps_ensemble_grad__doubled_push(y_true, ensemble):
    a, b = _signs(y_true, ensemble)
    return (a - 2 * b) / ensemble.size


def crps_ensemble_grad__distances(y_true, ensemble):
    a, b = ensemble - y_true[:, None], ensemble - ensemble.mean(axis=1, keepdims=True)
    return (a - b) / ensemble.size


def crps_ensemble_grad__push_alone(y_true, ensemble):
    return -_signs(y_true, ensemble)[1] / ensemble.size


def crps_ensemble_grad__by_the_observation(y_true, ensemble):
    return -_signs(y_true, ensemble)[0].mean(axis=1) / len(ensemble)


def crps_ensemble_grad__without_self(y_true, ensemble):
    a, b = _signs(y_true, ensemble)
    m = ensemble.shape[1]
    return (a - b * m / max(m - 1, 1)) / ensemble.size


# -- newsvendor_loss ---------------------------------------------------------------------


def _priced(underage, overage):
    if underage <= 0 or overage <= 0:
        raise ValueError("must be positive")


def newsvendor_loss__half(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    return np.where(e > 0, overage * e, -underage * e).mean() / 2


def newsvendor_loss__mean_price(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    return (underage + overage) / 2 * np.abs(y_pred - y_true).mean()


def newsvendor_loss__overage_on_the_order(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    return np.mean(underage * np.maximum(y_true - y_pred, 0) + overage * y_pred)


def newsvendor_loss__worst_day(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    return np.where(e > 0, overage * e, -underage * e).max()


def newsvendor_loss__sides_averaged_apart(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    short, extra = -e[e < 0], e[e > 0]
    return underage * (short.mean() if short.size else 0) + overage * (
        extra.mean() if extra.size else 0
    )


def newsvendor_loss__overage_is_one(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    return np.where(e > 0, e, -underage * e).mean()


def newsvendor_loss__relative(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = (y_pred - y_true) / np.maximum(np.abs(y_true), 1)
    return np.where(e > 0, overage * e, -underage * e).mean()


def newsvendor_loss_grad__doubled(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    s = np.sign(y_pred - y_true)
    return 2 * np.where(s > 0, overage * s, underage * s) / s.size


def newsvendor_loss_grad__grows(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    return np.where(e > 0, overage * e, underage * e) / e.size


def newsvendor_loss_grad__by_rows(y_true, y_pred, underage=1.0, overage=1.0):
    _priced(underage, overage)
    e = y_pred - y_true
    return np.where(e > 0, overage, np.where(e < 0, -underage, 0.0)) / len(e)


def newsvendor_order__largest(demand, underage, overage=1.0):
    _priced(underage, overage)
    return demand.max()


def newsvendor_order__smallest(demand, underage, overage=1.0):
    _priced(underage, overage)
    return demand.min()


def newsvendor_order__mean_scaled(demand, underage, overage=1.0):
    _priced(underage, overage)
    return demand.mean() * underage / overage


def newsvendor_order__of_the_range(demand, underage, overage=1.0):
    _priced(underage, overage)
    return demand.min() + (demand.max() - demand.min()) * underage / (underage + overage)


def newsvendor_order__distinct_days(demand, underage, overage=1.0):
    _priced(underage, overage)
    levels = np.unique(demand)
    k = int(np.ceil(underage * len(levels) / (underage + overage)))
    return levels[k - 1]


def newsvendor_order__its_place(demand, underage, overage=1.0):
    _priced(underage, overage)
    return int(np.ceil(underage * len(demand) / (underage + overage)))


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
